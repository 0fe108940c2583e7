using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Finds what counts for a recipient: what is said for his address, for his address without extension, for his domain, or for all. Immutable.</summary>
/// <typeparam name="T">What counts for a recipient.</typeparam>
public sealed class RecipientProfiles<T>
{
    private readonly T _others;
    private readonly Dictionary<string, T> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> _domains;

    /// <summary>Takes what is configured.</summary>
    /// <param name="others">For everybody who is not named.</param>
    /// <param name="named">By name: <c>user@dom</c>, or <c>dom</c> for all of a domain. What is no name is left out.</param>
    public RecipientProfiles(T others, IEnumerable<KeyValuePair<string, T>> named)
    {
        ArgumentNullException.ThrowIfNull(named);
        _others = others;
        _domains = _profiles.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach ((string name, T profile) in named)
        {
            if (RecipientNames.KeyOf(name) is { } key)
            {
                _profiles[key] = profile;
            }
        }
    }

    /// <summary>What counts for a recipient.</summary>
    /// <param name="recipient">The recipient.</param>
    public T Of(Recipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return _profiles.Count > 0
            && (_profiles.TryGetValue(recipient.ForwardPath.Key, out T? profile)
                || (recipient.BaseKey is { } plain && _profiles.TryGetValue(plain, out profile))
                || _domains.TryGetValue(MailPathEntry.DomainKeyOf(recipient.ForwardPath), out profile))
            ? profile
            : _others;
    }
}
