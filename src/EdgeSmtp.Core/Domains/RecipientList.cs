using System.Collections.Frozen;

namespace EdgeSmtp.Core.Domains;

/// <summary>Recipients named in the configuration.</summary>
/// <param name="domain">The domain in lower-case A-labels; with a leading dot the list holds for each of its subdomains.</param>
/// <param name="localParts">Local parts; compared without case.</param>
public sealed class RecipientList(string domain, IEnumerable<string> localParts) : IRecipientSource
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _localParts =
        localParts.Select(static local => local.ToLowerInvariant()).ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc />
    public bool AcceptsAny => false;

    /// <inheritdoc />
    public ValueTask<RecipientStatus> FindAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        int at = key.LastIndexOf('@');
        ReadOnlySpan<char> named = key.AsSpan(at + 1);
        bool isIn = domain.StartsWith('.') ? named.EndsWith(domain, StringComparison.Ordinal) : named.SequenceEqual(domain);
        return ValueTask.FromResult(at > 0 && isIn && _localParts.Contains(key.AsSpan(0, at)) ? RecipientStatus.Known : RecipientStatus.Unknown);
    }
}
