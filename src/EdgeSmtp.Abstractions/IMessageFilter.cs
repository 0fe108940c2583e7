namespace EdgeSmtp.Abstractions;

/// <summary>Runs when the whole message has arrived and is staged, before the commit.</summary>
public interface IMessageFilter : IFilter
{
    /// <summary>Called once for each message.</summary>
    /// <param name="transaction">The transaction; <see cref="Transaction.Content"/> is set.</param>
    /// <param name="verdicts">Takes what the filter says of each recipient.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>A task that ends when the filter is done.</returns>
    ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken);
}
