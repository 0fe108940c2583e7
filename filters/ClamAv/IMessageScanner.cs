using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.ClamAv;

/// <summary>Scans the staged message of a transaction.</summary>
internal interface IMessageScanner
{
    /// <summary>Scans. Reads nothing of the message any more once it has ended.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<ScanFinding> ScanAsync(Transaction transaction, CancellationToken cancellationToken);
}
