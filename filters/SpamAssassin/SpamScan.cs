using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>The recipients of a message for whom spamd is asked once.</summary>
/// <param name="user">The name for spamd; <c>null</c> for none.</param>
internal sealed class SpamScan(string? user)
{
    public string? User => user;

    public List<(Recipient Recipient, SpamProfile Profile)> Recipients { get; } = [];

    /// <summary>What it came to; set once it has ended.</summary>
    public SpamOutcome? Outcome { get; set; }
}
