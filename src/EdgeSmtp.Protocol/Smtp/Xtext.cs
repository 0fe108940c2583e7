using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The encoding of DSN and AUTH parameters (RFC 3461 §4): printable ASCII, and <c>+HH</c> for everything else.</summary>
public static class Xtext
{
    /// <summary>xchar: 33 to 126 except plus and equals.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "!\"#$%&'()*,-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Whether the value is well-formed xtext, and not empty.</summary>
    public static bool IsValid(ReadOnlySpan<byte> value) => Scan(value, allowUtf8: false, out _);

    /// <summary>Whether the value is well-formed xtext that decodes to printable ASCII, and not empty (RFC 3461 §4.4 asks it of ENVID; a line end must come out of no parameter).</summary>
    public static bool IsPrintable(ReadOnlySpan<byte> value) => Scan(value, allowUtf8: false, out bool printable) && printable;

    /// <summary>Decodes xtext to the bytes it stands for, read as UTF-8.</summary>
    /// <param name="value">The encoded value.</param>
    /// <param name="text">The decoded text, which may hold any character, line ends too.</param>
    /// <returns>False when the value is not xtext.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!Scan(value, allowUtf8: false, out _)) return false;
        byte[] decoded = new byte[value.Length];
        int length = 0;
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '+')
            {
                decoded[length++] = (byte)((Hex(value[i + 1]) << 4) | Hex(value[i + 2]));
                i += 2;
            }
            else
            {
                decoded[length++] = value[i];
            }
        }

        text = Encoding.UTF8.GetString(decoded, 0, length);
        return true;
    }

    /// <summary>Encodes text, as UTF-8, for a parameter.</summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder encoded = new(text.Length + 8);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains(b)) encoded.Append((char)b);
            else encoded.Append('+').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
        }

        return encoded.ToString();
    }

    /// <summary>Whether the value is xtext in which UTF-8 may also stand unencoded (RFC 6533 §3, utf-8-addr-unitext), and nothing decodes to a control.</summary>
    internal static bool IsPrintableUtf8(ReadOnlySpan<byte> value) => Scan(value, allowUtf8: true, out bool printable) && printable;

    private static bool Scan(ReadOnlySpan<byte> value, bool allowUtf8, out bool printable)
    {
        printable = true;
        int i = 0;
        while (i < value.Length)
        {
            byte b = value[i];
            if (Plain.Contains(b))
            {
                i++;
            }
            else if (b == '+')
            {
                // RFC 3461 §4: two upper case hexadecimal digits.
                if (i + 2 >= value.Length || Hex(value[i + 1]) < 0 || Hex(value[i + 2]) < 0) return false;
                int decoded = (Hex(value[i + 1]) << 4) | Hex(value[i + 2]);
                printable &= decoded is >= 0x20 and <= 0x7E;
                i += 3;
            }
            else
            {
                if (!allowUtf8 || b < 0x80 || Rune.DecodeFromUtf8(value[i..], out Rune rune, out int width) != OperationStatus.Done) return false;
                printable &= rune.Value is >= 0xA0 and not 0x2028 and not 0x2029;
                i += width;
            }
        }

        return !value.IsEmpty;
    }

    private static int Hex(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
