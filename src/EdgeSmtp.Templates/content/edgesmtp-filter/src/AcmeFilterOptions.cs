namespace Acme;

/// <summary>Options of <see cref="AcmeFilter"/>. Numbers and time spans take a <c>[Range]</c>; what must be given, a <c>[Required]</c>.</summary>
public sealed record AcmeFilterOptions
{
    /// <summary>Domains of senders that are refused, without subdomains. Default none.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];
}
