using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>What counts for a recipient, nothing left open.</summary>
/// <param name="Scan">Whether his mail is scanned.</param>
/// <param name="User">Template of the name for spamd.</param>
/// <param name="Tag">Points from which it is spam; <c>null</c>: what spamd says.</param>
/// <param name="Quarantine">Points from which it is held.</param>
/// <param name="Reject">Points from which it is refused.</param>
internal sealed record SpamProfile(bool Scan, string? User, double? Tag, double? Quarantine, double? Reject)
{
    /// <summary>Whether a message is spam for him.</summary>
    public bool IsSpam(SpamFinding finding) => Tag is { } tag ? finding.Score >= tag : finding.IsSpam;

    /// <summary>The threshold that his fields name.</summary>
    public double Required(SpamFinding finding) => Tag ?? finding.Required;

    /// <summary>The profiles of a configuration.</summary>
    public static RecipientProfiles<SpamProfile> AllOf(SpamAssassinFilterOptions options) => new(
        new SpamProfile(true, options.User, options.Tag, options.Quarantine, options.Reject),
        options.Recipients.Select(named => KeyValuePair.Create(named.Key, new SpamProfile(
            named.Value.Scan, named.Value.User ?? options.User, named.Value.Tag ?? options.Tag, named.Value.Quarantine ?? options.Quarantine, named.Value.Reject ?? options.Reject))));
}
