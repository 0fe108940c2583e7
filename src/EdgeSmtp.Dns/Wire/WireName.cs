using System.Buffers;

namespace EdgeSmtp.Dns.Wire;

/// <summary>
/// Names in messages (RFC 1035 §3.1, §4.1.4). Whatever the octets are, nothing here throws, reads outside the message, or runs longer than a name is:
/// a pointer leads only backwards, and the length of the whole name is bounded.
/// </summary>
internal static class WireName
{
    /// <summary>RFC 1035 §2.3.4: 255 octets with all lengths.</summary>
    private const int LengthMax = 255;

    private const int PointerMark = 0xC0;

    // What a name in our answers can hold: no dot inside a label, no escape, no control or 8-bit octet.
    private static readonly SearchValues<byte> Taken = SearchValues.Create(" !#$%&'()*+,-/0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Steps over a name.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int at)
    {
        for (int length = 0; at < message.Length && length < LengthMax;)
        {
            int label = message[at];
            if (label >= PointerMark)
            {
                at += 2;
                return at <= message.Length;
            }

            // RFC 1035 §4.1.4: 01 and 10 are reserved.
            if (label > 63)
            {
                return false;
            }

            at += label + 1;
            length += label + 1;
            if (label == 0)
            {
                return at <= message.Length;
            }
        }

        return false;
    }

    /// <summary>Whether the name is this one; case plays no part (RFC 4343).</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">Where the name begins.</param>
    /// <param name="name">Normalised; empty for the root.</param>
    public static bool Is(ReadOnlySpan<byte> message, int at, ReadOnlySpan<char> name)
    {
        int limit = at;
        bool isFirst = true;
        while (TryLabel(message, ref at, ref limit, out ReadOnlySpan<byte> label))
        {
            if (label.IsEmpty)
            {
                return name.IsEmpty;
            }

            if (!isFirst)
            {
                if (name.IsEmpty || name[0] != '.')
                {
                    return false;
                }

                name = name[1..];
            }

            isFirst = false;
            if (name.Length < label.Length || !System.Text.Ascii.EqualsIgnoreCase(label, name[..label.Length]) || label.Contains((byte)'.'))
            {
                return false;
            }

            name = name[label.Length..];
        }

        return false;
    }

    /// <summary>Reads a name in the normalised form.</summary>
    /// <param name="message">The message.</param>
    /// <param name="at">Where the name begins.</param>
    /// <param name="name">Lower-case without final dot; empty for the root.</param>
    /// <returns><c>false</c> when it is malformed, or no name that is ever asked for.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, int at, out string name)
    {
        Span<char> text = stackalloc char[LengthMax];
        int length = 0;
        int limit = at;
        name = string.Empty;
        while (TryLabel(message, ref at, ref limit, out ReadOnlySpan<byte> label))
        {
            if (label.IsEmpty)
            {
                return length == 0 || DnsName.TryNormalize(text[..length].ToString(), out name);
            }

            if (length + label.Length + 1 > LengthMax || label.ContainsAnyExcept(Taken))
            {
                return false;
            }

            if (length > 0)
            {
                text[length++] = '.';
            }

            foreach (byte b in label)
            {
                text[length++] = char.ToLowerInvariant((char)b);
            }
        }

        return false;
    }

    /// <summary>Writes a normalised name.</summary>
    /// <returns>Octets written.</returns>
    public static int Write(Span<byte> target, ReadOnlySpan<char> name)
    {
        int written = 0;
        foreach (Range range in name.Split('.'))
        {
            ReadOnlySpan<char> label = name[range];
            target[written++] = (byte)label.Length;
            written += System.Text.Encoding.ASCII.GetBytes(label, target[written..]);
        }

        target[written++] = 0;
        return written;
    }

    // The next label; empty at the end of the name. A pointer must lead before where the name, or the last pointer's target, began: so there is an end.
    private static bool TryLabel(ReadOnlySpan<byte> message, ref int at, ref int limit, out ReadOnlySpan<byte> label)
    {
        label = default;
        while (at < message.Length && message[at] >= PointerMark)
        {
            if (at + 1 >= message.Length)
            {
                return false;
            }

            int target = ((message[at] & 0x3F) << 8) | message[at + 1];
            if (target >= limit)
            {
                return false;
            }

            at = limit = target;
        }

        if (at >= message.Length || message[at] > 63 || at + 1 + message[at] > message.Length)
        {
            return false;
        }

        label = message.Slice(at + 1, message[at]);
        at += label.Length + 1;
        return true;
    }
}
