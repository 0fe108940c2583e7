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
        return $"utf-8; {(isGlobal ? path.ToString() : Utf8AddressXtext.Encode(path.ToString()))}";
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
        if (isUtf8 && isGlobal) address = Utf8AddressXtext.Decode(address);
        if (address.AsSpan().ContainsAny('\r', '\n')) return null;
        return $"{type}; {(isGlobal ? address : Utf8AddressXtext.Encode(address))}";
    }
}
