using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Names that a domain list can know.</summary>
internal static class ListedName
{
    /// <summary>The form that is asked: lower-case A-labels. Address literals, bare addresses and names of one label are not asked: lists of domains answer such questions with an error, or list them all.</summary>
    public static bool TryFrom(string? domain, out string name)
    {
        name = string.Empty;
        if (string.IsNullOrEmpty(domain) || domain[0] == '[' || DomainName.ToALabel(domain) is not { } normalized)
        {
            return false;
        }

        int lastDot = normalized.LastIndexOf('.');
        if (lastDot < 0 || !normalized.AsSpan(lastDot + 1).ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        name = normalized;
        return true;
    }
}
