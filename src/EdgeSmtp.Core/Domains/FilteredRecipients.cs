namespace EdgeSmtp.Core.Domains;

/// <summary>A filter says which mailboxes of the domain exist: written <c>"filter"</c>.</summary>
public sealed class FilteredRecipients : IRecipientSource
{
    /// <inheritdoc />
    public bool AcceptsAny => false;

    /// <inheritdoc />
    public bool IsLeftToFilters => true;

    /// <inheritdoc />
    /// <remarks>Who asks here, past the filters, gets no mailbox accepted.</remarks>
    public ValueTask<RecipientStatus> FindAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult(RecipientStatus.TemporaryFailure);
}
