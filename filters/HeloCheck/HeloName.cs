using System.Net;
using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>The syntax of what a client calls itself. Reads spans and allocates nothing but the address of a literal.</summary>
internal static class HeloName
{
    private const int LiteralLengthMax = 64;

    /// <summary>Whether it is a literal, by its bracket; whether it is a right one is <see cref="TryLiteral"/>.</summary>
    public static bool IsLiteral(ReadOnlySpan<char> name) => name is ['[', ..];

    /// <summary>Reads an address literal (RFC 5321 §4.1.3). The only tag that IANA knows is IPv6.</summary>
    public static bool TryLiteral(ReadOnlySpan<char> name, out IPAddress? address)
    {
        address = null;
        Span<byte> bytes = stackalloc byte[LiteralLengthMax];
        return name.Length <= LiteralLengthMax && Ascii.FromUtf16(name, bytes, out int count) == System.Buffers.OperationStatus.Done
            && AddressLiteral.TryParse(bytes[..count], out address);
    }

    /// <summary>Whether it is a domain of letters, digits and hyphens (RFC 5321 §4.1.2); A-labels only (RFC 6531 §3.7.1). One dot at the end is let pass: it says what is meant.</summary>
    /// <param name="name">The name.</param>
    /// <param name="allowUnderscore">Whether <c>_</c> counts as a letter.</param>
    /// <param name="requireDot">Whether one label is too few.</param>
    public static bool IsDomain(ReadOnlySpan<char> name, bool allowUnderscore, bool requireDot)
    {
        ReadOnlySpan<char> rest = name is [.., '.'] ? name[..^1] : name;
        if (rest.IsEmpty || rest.Length > PathLimits.DomainBytesMax)
        {
            return false;
        }

        for (int labels = 1; ; labels++)
        {
            int dot = rest.IndexOf('.');
            ReadOnlySpan<char> label = dot < 0 ? rest : rest[..dot];
            if (!IsLabel(label, allowUnderscore))
            {
                return false;
            }

            if (dot < 0)
            {
                // A name that ends in digits is an address without its brackets (RFC 1123 §2.1: the top label is alphabetic).
                return (labels > 1 || !requireDot) && !IsNumber(label);
            }

            rest = rest[(dot + 1)..];
        }
    }

    private static bool IsNumber(ReadOnlySpan<char> label)
    {
        foreach (char c in label)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> label, bool allowUnderscore)
    {
        if (label.IsEmpty || label.Length > PathLimits.LabelBytesMax || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        foreach (char c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-' && !(c == '_' && allowUnderscore))
            {
                return false;
            }
        }

        return true;
    }
}
