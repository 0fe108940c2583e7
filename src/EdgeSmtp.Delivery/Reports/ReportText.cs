using System.Globalization;
using System.Text;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>Small pieces of text in a report.</summary>
internal static class ReportText
{
    private const int DiagnosticMax = 900;

    /// <summary>RFC 5322 §3.3, always in UTC.</summary>
    public static string Date(DateTimeOffset time) => time.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    /// <summary>Text of strangers on one line of printable ASCII: RFC 3464 §2.1.1 has fields like those of a message header.</summary>
    public static string Clean(string text)
    {
        StringBuilder clean = new(Math.Min(text.Length, DiagnosticMax));
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, DiagnosticMax)))
        {
            clean.Append(c is >= ' ' and <= '~' ? c : c is '\r' or '\n' or '\t' ? ' ' : '?');
        }

        return clean.ToString().Trim();
    }

    /// <summary>An address in a field of type rfc822 or utf-8: characters outside ASCII as <c>\x{HEX}</c> (RFC 6533 §3, utf-8-addr-xtext) unless the report may hold UTF-8.</summary>
    public static string TypedAddress(string address, bool allowUtf8)
    {
        if (Ascii.IsValid(address))
        {
            return $"rfc822; {Clean(address)}";
        }

        if (allowUtf8)
        {
            return $"utf-8; {address}";
        }

        StringBuilder escaped = new(address.Length + 16);
        foreach (Rune rune in address.EnumerateRunes())
        {
            if (rune.IsAscii) escaped.Append((char)rune.Value);
            else escaped.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return $"utf-8; {escaped}";
    }
}
