using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>Finds what counts for a recipient: his address, his address without extension, his domain, or what the filter has for all.</summary>
internal sealed class SpamProfiles
{
    private readonly SpamProfile _default;
    private readonly Dictionary<string, SpamProfile> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SpamProfile>.AlternateLookup<ReadOnlySpan<char>> _domains;

    public SpamProfiles(SpamAssassinFilterOptions options)
    {
        _default = new SpamProfile(true, options.User, options.Tag, options.Quarantine, options.Reject);
        _domains = _profiles.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach ((string name, SpamProfileOptions own) in options.Recipients)
        {
            _profiles[KeyOf(name)!] = new SpamProfile(
                own.Scan, own.User ?? options.User, own.Tag ?? options.Tag, own.Quarantine ?? options.Quarantine, own.Reject ?? options.Reject);
        }
    }

    /// <summary>The key of a configured name; <c>null</c> when it is none.</summary>
    public static string? KeyOf(string name) => MailPathEntry.KeyOf(name.Contains('@', StringComparison.Ordinal) ? name : $"@{name}");

    public SpamProfile Of(Recipient recipient) =>
        _profiles.Count > 0
        && (_profiles.TryGetValue(recipient.ForwardPath.Key, out SpamProfile? profile)
            || (recipient.BaseKey is { } plain && _profiles.TryGetValue(plain, out profile))
            || _domains.TryGetValue(MailPathEntry.DomainKeyOf(recipient.ForwardPath), out profile))
            ? profile
            : _default;
}
