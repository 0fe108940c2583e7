using System.Globalization;
using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>Addresses in the machine-readable part of a report (RFC 3464 §2.3.1, §2.3.2; RFC 6533 §3).</summary>
internal static class ReportAddress
{
    /// <summary>Final-Recipient: the address that was delivered to.</summary>
    /// <param name="path">The forward-path.</param>
    /// <param name="isGlobal">Whether the report may hold UTF-8.</param>
    public static string Final(MailPath path, bool isGlobal)
    {
        if (path.IsAscii) return $"rfc822; {path}";
        return $"utf-8; {(isGlobal ? path.ToString() : ToAscii(path.ToString()))}";
    }

    /// <summary>Original-Recipient: ORCPT, decoded once; <c>null</c> when the sender gave none.</summary>
    public static string? Original(EnvelopeRecipient recipient, bool isGlobal)
    {
        if (recipient.OriginalRecipient is not { } given) return null;
        int semicolon = given.IndexOf(';', StringComparison.Ordinal);
        if (semicolon <= 0) return null;
        string type = given[..semicolon];
        string address = given[(semicolon + 1)..];
        bool isUtf8 = type.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        if (Xtext.TryDecode(Encoding.UTF8.GetBytes(address), out string? decoded)) address = decoded;
        if (isUtf8 && isGlobal) address = FromAscii(address);
        if (address.AsSpan().ContainsAny('\r', '\n')) return null;
        return $"{type}; {(isGlobal || Ascii.IsValid(address) ? address : ToAscii(address))}";
    }

    /// <summary>RFC 6533 §3 (utf-8-addr-xtext): <c>\x{HEX}</c> for each character outside ASCII.</summary>
    private static string ToAscii(string address)
    {
        StringBuilder ascii = new(address.Length + 16);
        foreach (Rune rune in address.EnumerateRunes())
        {
            if (rune.IsAscii) ascii.Append((char)rune.Value);
            else ascii.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return ascii.ToString();
    }

    /// <summary>The way back; what is no such form stays.</summary>
    private static string FromAscii(string address)
    {
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
