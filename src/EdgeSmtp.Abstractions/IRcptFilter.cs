namespace EdgeSmtp.Abstractions;

/// <summary>Runs at each RCPT that relay control and recipient validity let through.</summary>
public interface IRcptFilter : IFilter
{
    /// <summary>Called once for each recipient.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="recipient">The recipient asked for; not yet among <see cref="Transaction.Recipients"/>.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>What is to be done; <see cref="Verdict.Continue"/> for no opinion.</returns>
    ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken);
}
