using System.Globalization;
using System.Text;

namespace EdgeSmtp.Client.Smtp;

/// <summary>ORCPT values of the type utf-8.</summary>
internal static class OriginalRecipient
{
    /// <summary>The form for a server without SMTPUTF8: characters outside ASCII become <c>\x{HEX}</c> (RFC 6533 §3, utf-8-addr-xtext).</summary>
    /// <param name="value"><c>type;address</c> as received.</param>
    public static string ToAscii(string value)
    {
        if (Ascii.IsValid(value)) return value;
        StringBuilder ascii = new(value.Length + 16);
        foreach (Rune rune in value.EnumerateRunes())
        {
            if (rune.IsAscii) ascii.Append((char)rune.Value);
            else ascii.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return ascii.ToString();
    }
}
