namespace EdgeSmtp.Abstractions;

/// <summary>Runs after every change is composed, once for each delivery group, and may only put header fields in front (DKIM signing, ARC).</summary>
public interface ISealFilter : IFilter
{
    /// <summary>Called once for each delivery group.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="seal">The composed message of one delivery group.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>A task that ends when the filter is done.</returns>
    ValueTask OnSealAsync(Transaction transaction, SealContext seal, CancellationToken cancellationToken);
}
