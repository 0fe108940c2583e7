using System.Collections.Frozen;

namespace EdgeSmtp.Core.Domains;

/// <summary>Recipients named in the configuration.</summary>
/// <param name="domain">The domain in lower-case A-labels.</param>
/// <param name="localParts">Local parts; compared without case.</param>
public sealed class RecipientList(string domain, IEnumerable<string> localParts) : IRecipientSource
{
    private readonly FrozenSet<string> _keys = localParts.Select(local => $"{local.ToLowerInvariant()}@{domain}").ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc />
    public bool AcceptsAny => false;

    /// <inheritdoc />
    public ValueTask<RecipientStatus> FindAsync(string key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_keys.Contains(key) ? RecipientStatus.Known : RecipientStatus.Unknown);
}
