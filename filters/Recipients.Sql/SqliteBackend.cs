using EdgeSmtp.Toolkit.Recipients;
using EdgeSmtp.Toolkit.Threads;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>Recipients in a SQLite file: an address is known when a query gives a row.</summary>
public sealed class SqliteBackend : IRecipientBackend
{
    private readonly BlockingWorkers<string, RecipientAnswer> _workers;

    /// <summary>Makes the backend; opens nothing.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="time">The clock.</param>
    public SqliteBackend(SqliteBackendOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);

        // The driver waits for a lock in whole seconds. "Locked" within the deadline says more than the deadline.
        int lockSeconds = Math.Max(1, (int)options.Timeout.TotalSeconds - 1);
        _workers = new BlockingWorkers<string, RecipientAnswer>("sqlite", options.ThreadsMax, time, () => new SqliteWorker(options.Path, options.Query, lockSeconds));
    }

    /// <inheritdoc />
    public ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken) => _workers.AskAsync(address, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _workers.DisposeAsync();
}
