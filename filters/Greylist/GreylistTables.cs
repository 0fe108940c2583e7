using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>
/// What is known, in memory. Waiting triples, triples that passed and clients have a table each: whoever floods one pushes out nothing of the others. Thread-safe, but
/// the store orders questions, so that its journal has the same order.
/// </summary>
/// <param name="options">Gives the capacities.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told when there is no more room.</param>
internal sealed class GreylistTables(GreylistFilterOptions options, TimeProvider time, GreylistLog log)
{
    // What passed lives on while it is seen; writing that down at each message would be a record for each.
    private const int RefreshesInLife = 16;

    private readonly BoundedTtlTable<UInt128, DateTimeOffset> _waiting = new(options.PendingMax, time);
    private readonly BoundedTtlTable<UInt128, DateTimeOffset> _passed = new(options.PassedMax, time);
    private readonly BoundedTtlTable<UInt128, GreylistClient> _clients = new(options.ClientsMax, time);

    /// <summary>Records that a file of everything known has at most.</summary>
    public long RecordsMax => (long)options.PendingMax + options.PassedMax + options.ClientsMax;

    /// <summary>Asks about a triple, and learns from its coming.</summary>
    /// <param name="triple">The triple.</param>
    /// <param name="client">Its client network.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="news">Takes what is to be written down: at most two records.</param>
    /// <param name="newsCount">How many.</param>
    /// <returns>How long the client has to wait; zero when it passes.</returns>
    public TimeSpan Ask(UInt128 triple, UInt128 client, in GreylistRules rules, Span<GreylistRecord> news, out int newsCount)
    {
        DateTimeOffset now = time.GetUtcNow();
        newsCount = 0;
        _clients.TryGet(client, out GreylistClient known);
        if (rules.AutoAllowAfter > 0 && known.Passes >= rules.AutoAllowAfter)
        {
            if (IsStale(known.SeenAt, now, rules))
            {
                news[newsCount++] = SetClient(client, known.Passes, now, rules);
            }

            return TimeSpan.Zero;
        }

        if (_passed.TryGet(triple, out DateTimeOffset passedAt))
        {
            if (IsStale(passedAt, now, rules))
            {
                news[newsCount++] = SetPassed(triple, now, rules);
            }

            return TimeSpan.Zero;
        }

        // A clock that was set back must not make anybody wait longer than the delay.
        if (_waiting.TryGet(triple, out DateTimeOffset firstAt) && firstAt <= now)
        {
            if (now - firstAt < rules.Delay)
            {
                return rules.Delay - (now - firstAt);
            }

            _waiting.Remove(triple);
            news[newsCount++] = SetPassed(triple, now, rules);
            news[newsCount++] = SetClient(client, (ushort)Math.Min(known.Passes + 1, ushort.MaxValue), now, rules);
            return TimeSpan.Zero;
        }

        if (_waiting.Set(triple, now, now + rules.RetryWindow))
        {
            log.Crowded(options.PendingMax);
        }

        news[newsCount++] = new GreylistRecord(GreylistKind.Waiting, triple, now, now + rules.RetryWindow, 0);
        return rules.Delay;
    }

    /// <summary>Takes a record of the file. What is dead is left out.</summary>
    public void Restore(in GreylistRecord record)
    {
        if (record.DiesAt <= time.GetUtcNow())
        {
            return;
        }

        switch (record.Kind)
        {
            case GreylistKind.Waiting:
                _waiting.Set(record.Key, record.SeenAt, record.DiesAt);
                break;
            case GreylistKind.Passed:
                _waiting.Remove(record.Key);
                _passed.Set(record.Key, record.SeenAt, record.DiesAt);
                break;
            default:
                _clients.Set(record.Key, new GreylistClient(record.Passes, record.SeenAt), record.DiesAt);
                break;
        }
    }

    /// <summary>Everything known that is alive.</summary>
    public IEnumerable<GreylistRecord> Snapshot()
    {
        // Passed triples after waiting ones: one that moved between the two copies ends as passed.
        foreach (TtlEntry<UInt128, DateTimeOffset> entry in _waiting.Snapshot())
        {
            yield return new GreylistRecord(GreylistKind.Waiting, entry.Key, entry.Value, entry.DiesAt, 0);
        }

        foreach (TtlEntry<UInt128, DateTimeOffset> entry in _passed.Snapshot())
        {
            yield return new GreylistRecord(GreylistKind.Passed, entry.Key, entry.Value, entry.DiesAt, 0);
        }

        foreach (TtlEntry<UInt128, GreylistClient> entry in _clients.Snapshot())
        {
            yield return new GreylistRecord(GreylistKind.Client, entry.Key, entry.Value.SeenAt, entry.DiesAt, entry.Value.Passes);
        }
    }

    private static bool IsStale(DateTimeOffset seenAt, DateTimeOffset now, in GreylistRules rules) => now - seenAt > rules.KeepFor / RefreshesInLife;

    private GreylistRecord SetPassed(UInt128 triple, DateTimeOffset now, in GreylistRules rules)
    {
        _passed.Set(triple, now, now + rules.KeepFor);
        return new GreylistRecord(GreylistKind.Passed, triple, now, now + rules.KeepFor, 0);
    }

    private GreylistRecord SetClient(UInt128 client, ushort passes, DateTimeOffset now, in GreylistRules rules)
    {
        _clients.Set(client, new GreylistClient(passes, now), now + rules.KeepFor);
        return new GreylistRecord(GreylistKind.Client, client, now, now + rules.KeepFor, passes);
    }
}
