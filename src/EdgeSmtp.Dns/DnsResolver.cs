using System.Diagnostics;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns.Cache;
using EdgeSmtp.Dns.Exchange;

namespace EdgeSmtp.Dns;

/// <summary>
/// The resolver that everything shares: a bounded cache that honours TTLs, one exchange for equal questions, a limit on what is on its way.
/// Thread-safe. Trusts the configured servers for the content of answers, and nobody for their size or number.
/// </summary>
public sealed class DnsResolver : IDnsResolver, IDisposable
{
    private const int AliasHopsMax = 8;

    private static readonly DnsAnswer NoSuchName = new(DnsStatus.NxDomain, [], TimeSpan.Zero, false);

    private readonly DnsOptions _options;
    private readonly TimeProvider _time;
    private readonly DnsMetrics _metrics;
    private readonly IDnsExchange _exchange;
    private readonly DnsCache _cache;
    private readonly Lock _lock = new();
    private readonly Dictionary<DnsKey, TaskCompletionSource<DnsAnswer>> _inFlight = [];
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>Creates a resolver over the network.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="time">The clock of the cache; time-outs of the network run on the system's.</param>
    /// <param name="metrics">The metrics.</param>
    public DnsResolver(DnsOptions options, TimeProvider time, IMetrics metrics)
        : this(options, time, new DnsMetrics(metrics), static (options, metrics) => new NetworkExchange(options, metrics))
    {
        metrics.OnScrape(PublishGauges);
    }

    internal DnsResolver(DnsOptions options, TimeProvider time, DnsMetrics metrics, Func<DnsOptions, DnsMetrics, IDnsExchange> exchange)
    {
        _options = options;
        _time = time;
        _metrics = metrics;
        _exchange = exchange(options, metrics);
        _cache = new DnsCache(options.CacheEntriesMax, options.CacheBytesMax, time);
    }

    internal int CachedCount => _cache.Count;

    /// <inheritdoc />
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsAnswer>(cancellationToken);
        }

        return QuestionSpan.IsWanted ? QuestionSpan.AskAsync(this, name, type, cancellationToken) : FindAsync(name, type, null, cancellationToken);
    }

    /// <summary>Ends what is on its way: those who wait get a temporary failure.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        _exchange.Dispose();
    }

    /// <summary>Finds an answer in the cache, or asks.</summary>
    /// <param name="name">The name as the asker wrote it.</param>
    /// <param name="type">The type.</param>
    /// <param name="span">The span of the question, if it is traced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal ValueTask<DnsAnswer> FindAsync(string name, DnsRecordType type, Activity? span, CancellationToken cancellationToken)
    {
        if (!DnsName.TryNormalize(name, out string normalized))
        {
            _metrics.Invalid.Add();
            QuestionSpan.CameFrom(span, "invalid");
            return new ValueTask<DnsAnswer>(NoSuchName);
        }

        DnsKey key = new(normalized, type);
        if (_cache.Find(key) is { } cached)
        {
            _metrics.FromCache.Add();
            QuestionSpan.CameFrom(span, "cache");
            return new ValueTask<DnsAnswer>(cached);
        }

        Task<DnsAnswer>? pending = Join(key, span);
        return pending is null
            ? new ValueTask<DnsAnswer>(DnsAnswer.TemporaryFailure)
            : new ValueTask<DnsAnswer>(pending.WaitAsync(cancellationToken));
    }

    private static bool IsFailure(DnsAnswer answer) => answer.Status is DnsStatus.TemporaryFailure or DnsStatus.Bogus;

    // One exchange for equal questions. A caller who leaves ends only his own wait: the answer goes to the others and to the cache.
    private Task<DnsAnswer>? Join(DnsKey key, Activity? span)
    {
        TaskCompletionSource<DnsAnswer> mine;
        lock (_lock)
        {
            if (_inFlight.TryGetValue(key, out TaskCompletionSource<DnsAnswer>? theirs))
            {
                _metrics.Joined.Add();
                QuestionSpan.CameFrom(span, "joined");
                return theirs.Task;
            }

            if (_inFlight.Count >= _options.InFlightMax || _disposed.IsCancellationRequested)
            {
                _metrics.Refused.Add();
                QuestionSpan.CameFrom(span, "refused");
                return null;
            }

            mine = new TaskCompletionSource<DnsAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            _inFlight.Add(key, mine);
        }

        _metrics.FromNetwork.Add();
        QuestionSpan.CameFrom(span, "network");
        _ = RunAsync(key, mine, span);
        return mine.Task;
    }

    private async Task RunAsync(DnsKey key, TaskCompletionSource<DnsAnswer> waiters, Activity? span)
    {
        long started = _time.GetTimestamp();
        DnsAnswer answer = DnsAnswer.TemporaryFailure;
        try
        {
            answer = await AskAsync(key).ConfigureAwait(false);
            _cache.Keep(key, answer, IsFailure(answer) ? _options.FailureTtl : answer.Ttl);
        }
        finally
        {
            lock (_lock)
            {
                _inFlight.Remove(key);
            }

            _metrics.Answered(answer.Status).Add();
            _metrics.QuestionDuration.Observe(_time.GetElapsedTime(started).TotalSeconds, span);
            waiters.SetResult(answer);
        }
    }

    // A recursive resolver follows aliases itself; an authoritative one stops at its own border, and then the target is a question of its own.
    private async Task<DnsAnswer> AskAsync(DnsKey key)
    {
        TimeSpan ttl = TimeSpan.MaxValue;
        bool authenticated = true;
        DnsKey asked = key;
        for (int hop = 0; hop <= AliasHopsMax; hop++)
        {
            DnsReply reply = await _exchange.AskAsync(asked, _disposed.Token).ConfigureAwait(false);
            ttl = reply.Answer.Ttl < ttl ? reply.Answer.Ttl : ttl;
            authenticated &= reply.Answer.Authenticated;
            if (reply.AliasTarget is null)
            {
                return IsFailure(reply.Answer) ? reply.Answer : Limit(reply.Answer, ttl, authenticated);
            }

            asked = key with { Name = reply.AliasTarget };
        }

        // RFC 1034 §3.6.2: a loop of aliases is an error of the zone, which can be mended.
        return DnsAnswer.TemporaryFailure;
    }

    private DnsAnswer Limit(DnsAnswer answer, TimeSpan ttl, bool authenticated)
    {
        TimeSpan limit = answer.Status == DnsStatus.Found ? _options.TtlMax : _options.NegativeTtlMax;
        TimeSpan kept = ttl > limit ? limit : ttl;
        return kept == answer.Ttl && authenticated == answer.Authenticated ? answer : answer with { Ttl = kept, Authenticated = authenticated };
    }

    private void PublishGauges()
    {
        lock (_lock)
        {
            _metrics.QuestionsInFlight.Set(_inFlight.Count);
        }

        _metrics.EntriesCached.Set(_cache.Count);
        _metrics.BytesCached.Set(_cache.Bytes);
    }
}
