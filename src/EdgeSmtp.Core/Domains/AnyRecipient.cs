namespace EdgeSmtp.Core.Domains;

/// <summary>Takes every address of a domain: written <c>"any"</c>, warned of at start.</summary>
public sealed class AnyRecipient : IRecipientSource
{
    /// <inheritdoc />
    public bool AcceptsAny => true;

    /// <inheritdoc />
    public ValueTask<RecipientStatus> FindAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult(RecipientStatus.Known);
}
