using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>The addresses of sender rules: <c>user@dom</c>, <c>@dom</c> for a domain, <c>.dom</c> for its subdomains, <c>dom</c> for both.</summary>
internal static class SenderPattern
{
    /// <summary>The form that is compared: its domain in lower-case A-labels.</summary>
    public static string Canonical(string text)
    {
        int at = text.LastIndexOf('@') + 1;
        bool subdomains = at < text.Length && text[at] == '.';
        int domain = subdomains ? at + 1 : at;
        return DomainName.ToALabel(text[domain..]) is { } name ? string.Concat(text.AsSpan(0, domain), name) : text;
    }

    /// <summary>Whether it covers a sender. qmail compares the ends of texts; here they are cut between labels, so that <c>a@b.example</c> does not cover <c>xa@b.example</c>.</summary>
    /// <param name="pattern">The address of the rule, in lower case.</param>
    /// <param name="sender">The sender in lower case.</param>
    public static bool Covers(ReadOnlySpan<char> pattern, ReadOnlySpan<char> sender)
    {
        if (pattern.IsEmpty || !sender.EndsWith(pattern, StringComparison.Ordinal))
        {
            return false;
        }

        int before = sender.Length - pattern.Length - 1;
        return pattern[0] is '@' or '.' || (pattern.Contains('@') ? before < 0 : before >= 0 && sender[before] is '@' or '.');
    }
}
