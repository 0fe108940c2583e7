using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>What is known of triples and clients: tables in memory, which decide, and a journal that keeps them across restarts. Outlives a reload.</summary>
internal sealed class GreylistStore : IAsyncDisposable
{
    private readonly GreylistTables _tables;
    private readonly GreylistJournal? _journal;
    private readonly Lock _order = new();

    private GreylistStore(GreylistTables tables, GreylistJournal? journal)
    {
        _tables = tables;
        _journal = journal;
    }

    /// <summary>Reads the file, if there is one. Never fails for what is wrong with it.</summary>
    /// <param name="options">Capacities and the file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what is wrong with the file.</param>
    /// <param name="folder">The file system; <c>null</c> for the real one.</param>
    public static GreylistStore Open(GreylistFilterOptions options, TimeProvider time, ILogger logger, IStoreFolder? folder = null)
    {
        GreylistLog log = new(logger, time);
        GreylistTables tables = new(options, time, log);
        if (options.StorePath is null)
        {
            return new GreylistStore(tables, null);
        }

        folder ??= new DiskStoreFolder();
        long records = GreylistReader.Read(options.StorePath, folder, tables, log);
        return new GreylistStore(tables, new GreylistJournal(options.StorePath, records, options.SaveInterval, folder, tables, time, log));
    }

    /// <summary>Asks about a triple, and learns from its coming. Completes in memory; the journal follows.</summary>
    /// <param name="triple">Digest of the triple.</param>
    /// <param name="client">Digest of its client network.</param>
    /// <param name="rules">The rules.</param>
    /// <returns>How long the client has to wait; zero when it passes.</returns>
    public TimeSpan Ask(UInt128 triple, UInt128 client, in GreylistRules rules)
    {
        Span<GreylistRecord> news = stackalloc GreylistRecord[2];

        // What two sessions learn of one triple is written in the order in which they learned it.
        lock (_order)
        {
            TimeSpan wait = _tables.Ask(triple, client, rules, news, out int count);
            foreach (GreylistRecord record in news[..count])
            {
                _journal?.Add(record);
            }

            return wait;
        }
    }

    /// <summary>Writes news to the file now.</summary>
    public Task SaveAsync() => _journal?.SaveAsync() ?? Task.CompletedTask;

    /// <summary>Writes news a last time.</summary>
    public ValueTask DisposeAsync() => _journal?.DisposeAsync() ?? ValueTask.CompletedTask;
}
