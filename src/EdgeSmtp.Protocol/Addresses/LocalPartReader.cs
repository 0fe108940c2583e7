using System.Buffers;

namespace EdgeSmtp.Protocol.Addresses;

/// <summary>Reads a local part, dot-string or quoted-string (RFC 5321 §4.1.2), with UTF-8 where RFC 6531 §3.3 allows it.</summary>
internal static class LocalPartReader
{
    private static readonly SearchValues<byte> Atext =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~"u8);

    /// <summary>Measures the local part at the start of a mailbox.</summary>
    /// <param name="text">The mailbox, not empty.</param>
    /// <param name="allowUtf8">Whether bytes outside ASCII are taken.</param>
    /// <param name="length">Bytes of the local part; what follows is <c>@</c> or the end, which the caller checks.</param>
    public static PathError Read(ReadOnlySpan<byte> text, bool allowUtf8, out int length) =>
        text[0] == '"' ? ReadQuoted(text, allowUtf8, out length) : ReadDotString(text, allowUtf8, out length);

    /// <summary>Whether the text can stand as a local part without quotes.</summary>
    public static bool IsDotString(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && ReadDotString(text, allowUtf8: true, out int length) == PathError.None && length == text.Length;

    /// <summary>The quoted-string of a mailbox name (RFC 5321 §4.1.2), with no more backslashes than needed.</summary>
    public static byte[] Quote(ReadOnlySpan<byte> raw)
    {
        byte[] quoted = new byte[(raw.Length * 2) + 2];
        int length = 0;
        quoted[length++] = (byte)'"';
        foreach (byte b in raw)
        {
            if (b is (byte)'"' or (byte)'\\') quoted[length++] = (byte)'\\';
            quoted[length++] = b;
        }

        quoted[length++] = (byte)'"';
        return quoted[..length];
    }

    private static PathError ReadDotString(ReadOnlySpan<byte> text, bool allowUtf8, out int length)
    {
        length = 0;
        int i = 0;
        bool atomOpen = false;
        while (i < text.Length && text[i] != '@')
        {
            byte b = text[i];
            if (b == '.')
            {
                if (!atomOpen) return PathError.Syntax;
                atomOpen = false;
                i++;
                continue;
            }

            PathError error = ReadCharacter(text[i..], Atext.Contains(b), allowUtf8, out int width);
            if (error != PathError.None) return error;
            atomOpen = true;
            i += width;
        }

        length = i;
        return atomOpen ? PathError.None : PathError.Syntax;
    }

    private static PathError ReadQuoted(ReadOnlySpan<byte> text, bool allowUtf8, out int length)
    {
        length = 0;
        int i = 1;
        while (i < text.Length)
        {
            byte b = text[i];
            if (b == '"')
            {
                length = i + 1;
                return PathError.None;
            }

            if (b == '\\')
            {
                // RFC 5321 §4.1.2: quoted-pairSMTP = %d92 %d32-126.
                if (i + 1 >= text.Length || text[i + 1] is < 0x20 or > 0x7E) return PathError.Syntax;
                i += 2;
                continue;
            }

            PathError error = ReadCharacter(text[i..], b is >= 0x20 and <= 0x7E, allowUtf8, out int width);
            if (error != PathError.None) return error;
            i += width;
        }

        return PathError.Syntax;
    }

    private static PathError ReadCharacter(ReadOnlySpan<byte> text, bool asciiAllowed, bool allowUtf8, out int width)
    {
        width = 1;
        if (text[0] < 0x80) return asciiAllowed ? PathError.None : PathError.Syntax;
        if (!allowUtf8) return PathError.Utf8NotAllowed;
        if (System.Text.Rune.DecodeFromUtf8(text, out System.Text.Rune rune, out width) != OperationStatus.Done) return PathError.InvalidUtf8;
        // C1 controls and the two Unicode line ends do to a terminal or a log what CR and LF do: no mailbox needs them.
        return rune.Value is < 0xA0 or 0x2028 or 0x2029 ? PathError.InvalidUtf8 : PathError.None;
    }
}
