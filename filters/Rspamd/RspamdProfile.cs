using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.Rspamd;

/// <summary>What counts for a recipient, nothing left open.</summary>
/// <param name="Scan">Whether his mail is scanned.</param>
/// <param name="SettingsId">The settings of rspamd that count for him.</param>
internal sealed record RspamdProfile(bool Scan, string? SettingsId)
{
    /// <summary>The profiles of a configuration.</summary>
    public static RecipientProfiles<RspamdProfile> AllOf(RspamdFilterOptions options) => new(
        new RspamdProfile(true, options.SettingsId),
        options.Recipients.Select(named => KeyValuePair.Create(named.Key, new RspamdProfile(named.Value.Scan, named.Value.SettingsId ?? options.SettingsId))));
}
