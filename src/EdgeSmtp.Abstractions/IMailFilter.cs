namespace EdgeSmtp.Abstractions;

/// <summary>Runs at MAIL.</summary>
public interface IMailFilter : IFilter
{
    /// <summary>Called once for each transaction.</summary>
    /// <param name="transaction">The transaction; no recipients yet.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>What is to be done; <see cref="Verdict.Continue"/> for no opinion.</returns>
    ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken);
}
