namespace EdgeSmtp.Samples.SpfPolicy;

/// <summary>Options of <see cref="SpfPolicyFilter"/>.</summary>
public sealed record SpfPolicyFilterOptions
{
    /// <summary>Domains whose mail is taken only when SPF passes, as a domain with DMARC <c>p=reject</c> would have it. With a leading dot: all its subdomains. Default none.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];
}
