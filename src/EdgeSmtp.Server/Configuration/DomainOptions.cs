using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Server.Configuration;

/// <summary>One of our domains.</summary>
internal record DomainOptions
{
    /// <summary>Which mailboxes exist: a list of local parts, <c>"filter"</c> for a filter of type Recipients that says, or <c>"any"</c>. Everything else is refused with 550 5.1.1. Required.</summary>
    [Required]
    public RecipientsOption? Recipients { get; init; }

    /// <summary>Name in <c>Routes</c> of the way that mail for it takes. Required.</summary>
    [Required]
    public string? Route { get; init; }

    /// <summary>
    /// Name in <c>Profiles</c> of the filter profile for its recipients. Does not count for clients whose access rule names a profile. <c>null</c>, the default, for the filters as they are.
    /// </summary>
    public string? Profile { get; init; }

    /// <summary>Separates a base address from its extension (RFC 5233): the exact address is looked for first, then the base. <c>null</c> for none. Default <c>+</c>.</summary>
    public char? RecipientDelimiter { get; init; } = '+';
}
