using System.Globalization;
using System.Text;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The ASCII form of an internationalized address (RFC 6533 §3, utf-8-addr-xtext): <c>\x{HEX}</c> for each character outside ASCII.</summary>
public static class Utf8AddressXtext
{
    /// <summary>Encodes.</summary>
    /// <param name="address">The address, or any text with one in it; ASCII stays as it is.</param>
    public static string Encode(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (Ascii.IsValid(address)) return address;
        StringBuilder ascii = new(address.Length + 16);
        foreach (Rune rune in address.EnumerateRunes())
        {
            if (rune.IsAscii) ascii.Append((char)rune.Value);
            else ascii.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return ascii.ToString();
    }

    /// <summary>The way back. What is no such form stays, and so do the forms of control characters and line separators.</summary>
    /// <param name="address">The encoded address.</param>
    public static string Decode(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        StringBuilder text = new(address.Length);
        for (int i = 0; i < address.Length; i++)
        {
            int end = address.AsSpan(i).StartsWith("\\x{") ? address.IndexOf('}', i) : -1;
            if (end > 0
                && int.TryParse(address.AsSpan(i + 3, end - i - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
                && value > 0x9F && Rune.IsValid(value) && value is not (0x2028 or 0x2029))
            {
                text.Append(new Rune(value).ToString());
                i = end;
            }
            else
            {
                text.Append(address[i]);
            }
        }

        return text.ToString();
    }
}
