using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.Recipients.Selectors;

/// <summary>
/// Which domains a line is for: <c>dom</c> (it and its subdomains), <c>@dom</c> (it alone) or <c>*</c> (any). Compared by labels: <c>example.com</c> is neither in
/// <c>badexample.com</c> nor in <c>example.com.org</c>.
/// </summary>
/// <param name="Domain">In lower-case A-labels; empty for any.</param>
/// <param name="Exact">Whether subdomains do not count.</param>
internal readonly record struct DomainSelector(string Domain, bool Exact)
{
    /// <summary>Any domain.</summary>
    public static DomainSelector Any { get; } = new(string.Empty, Exact: false);

    /// <summary>Whether it stands for any domain.</summary>
    public bool IsAny => Domain.Length == 0;

    /// <summary>Reads a selector.</summary>
    /// <param name="text">As configured.</param>
    /// <returns><c>null</c> when it is none.</returns>
    public static DomainSelector? Parse(string text)
    {
        if (text == "*")
        {
            return Any;
        }

        bool exact = text.StartsWith('@');
        return DomainName.ToALabel(exact ? text[1..] : text) is { } domain ? new DomainSelector(domain, exact) : null;
    }

    /// <summary>Whether it selects a domain.</summary>
    /// <param name="domain">In lower-case A-labels.</param>
    public bool Matches(string domain)
    {
        if (domain.Length <= Domain.Length)
        {
            return Domain.Length == 0 || string.Equals(domain, Domain, StringComparison.Ordinal);
        }

        return Domain.Length == 0 || (!Exact && domain[^(Domain.Length + 1)] == '.' && domain.EndsWith(Domain, StringComparison.Ordinal));
    }

    /// <inheritdoc />
    public override string ToString() => IsAny ? "*" : Exact ? $"@{Domain}" : Domain;
}
