using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>Names as the DNS can be asked for them.</summary>
internal static class SpfName
{
    private const int NameMax = 253;
    private const int LabelMax = 63;

    /// <summary>Whether SPF can be asked about this domain: no empty or long label, and more than one (RFC 7208 §4.3).</summary>
    public static bool IsDomain(ReadOnlySpan<char> name) => IsAskable(name) && name.Contains('.') && name[0] != '[';

    /// <summary>Whether any such name can exist; what macros made of a record is not checked before (RFC 7208 §4.8).</summary>
    public static bool IsAskable(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > NameMax || name.ContainsAnyExceptInRange(' ', '~'))
        {
            return false;
        }

        foreach (Range range in name.Split('.'))
        {
            if (name[range].Length is 0 or > LabelMax)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A HELO name in A-labels without final dot; as it is when it is no domain.</summary>
    public static string OfHello(string? hello)
    {
        if (string.IsNullOrEmpty(hello))
        {
            return string.Empty;
        }

        ReadOnlySpan<char> trimmed = hello is [.., '.'] ? hello.AsSpan()[..^1] : hello;
        return System.Text.Ascii.IsValid(hello) ? trimmed.ToString() : DomainName.ToALabel(hello) ?? hello;
    }

    /// <summary>Whether a name is a domain or lies below it.</summary>
    public static bool IsWithin(ReadOnlySpan<char> name, ReadOnlySpan<char> domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');
}
