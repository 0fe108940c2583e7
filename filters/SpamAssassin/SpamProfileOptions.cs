using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>What is different for some recipients. What is not set is as the filter has it.</summary>
public sealed record SpamProfileOptions
{
    /// <summary>Whether their mail is scanned. Default yes.</summary>
    public bool Scan { get; init; } = true;

    /// <summary>Whose preferences count; as <see cref="SpamAssassinFilterOptions.User"/>.</summary>
    public string? User { get; init; }

    /// <summary>Points from which a message counts as spam. -1,000 to 1,000.</summary>
    [Range(-1000.0, 1000.0)]
    public double? Tag { get; init; }

    /// <summary>Points from which it is taken and held. -1,000 to 1,000.</summary>
    [Range(-1000.0, 1000.0)]
    public double? Quarantine { get; init; }

    /// <summary>Points from which it is refused. -1,000 to 1,000.</summary>
    [Range(-1000.0, 1000.0)]
    public double? Reject { get; init; }
}
