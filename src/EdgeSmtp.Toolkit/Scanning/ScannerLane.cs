using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>
/// The way of a message to a scanner, and what becomes of it when it does not get there: what was found before, then a place at one of the servers, else the policies of
/// <see cref="ScannerOptions"/>. Servers and findings outlive a reload, and are shared by the profiles of an instance.
/// </summary>
/// <remarks>Thread-safe. Events of the part <c>lane</c>: <c>scanned</c>, <c>too-large</c>, <c>busy</c>, <c>down</c>, <c>postponed</c>. Parts <c>findings</c> and, by their names, the servers are those of the cache and of the guards.</remarks>
/// <typeparam name="TServer">A server.</typeparam>
/// <typeparam name="TFinding">What it finds.</typeparam>
public sealed class ScannerLane<TServer, TFinding>
    where TServer : class
    where TFinding : class
{
    private readonly ScannerOptions _options;
    private readonly FilterContext _context;
    private readonly GuardedServers<TServer> _servers;
    private readonly VerdictCache<ScanOutcome<TFinding>> _findings;
    private readonly FilterMeter _meter;

    /// <summary>Creates a lane. It asks nobody.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="servers">Names of the servers, as configured.</param>
    /// <param name="settings">All else that makes a server what it is: instances that agree in it share them.</param>
    /// <param name="make">Makes a server of its name.</param>
    /// <param name="context">The context of the filter.</param>
    public ScannerLane(ScannerOptions options, IReadOnlyList<string> servers, string settings, Func<string, TServer> make, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(servers);
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        BackendGuardOptions limits = new(options.ScanTimeout, options.ConcurrencyMax, options.WaitingMax, options.BreakerFailures, options.BreakerPause);
        _servers = context.State(
            $"servers {string.Join(' ', servers)} {settings} {limits}",
            () => new GuardedServers<TServer>([.. servers.Select(server => KeyValuePair.Create(server, make(server)))], limits, context));
        _findings = context.State($"findings {options.Cache}", () => new VerdictCache<ScanOutcome<TFinding>>(options.Cache, context.Time, context.Meter("findings")));
        _meter = context.Meter("lane");
        foreach (string what in (ReadOnlySpan<string>)["scanned", "too-large", "busy", "down", "postponed"])
        {
            _meter.Count(what, 0);
        }
    }

    /// <summary>Runs the scans of a message at the same time. None of them runs any more when this returns or throws.</summary>
    /// <typeparam name="TProfile">What counts for a recipient.</typeparam>
    /// <param name="transaction">The transaction, at the message stage.</param>
    /// <param name="groups">Who is asked for what.</param>
    /// <param name="scan">Scans for one group, by <see cref="AskAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the message waits to be scanned before it is delivered: the filter has nothing to say now.</returns>
    public async ValueTask<bool> RunAsync<TProfile>(
        Transaction transaction,
        List<ScanGroup<TProfile, TFinding>> groups,
        Func<ScanGroup<TProfile, TFinding>, CancellationToken, ValueTask<ScanOutcome<TFinding>>> scan,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(scan);
        long length = transaction.Content?.Length ?? throw new InvalidOperationException("The message is not staged yet.");
        if (length > _options.SizeBytesMax)
        {
            ScanOutcome<TFinding> tooLarge = new(null, ScanTrouble.TooLarge, $"{length} bytes");
            groups.ForEach(group => group.Outcome = tooLarge);
        }
        else
        {
            await Task.WhenAll(groups.Select(async group => group.Outcome = await scan(group, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }

        groups.ForEach(group => _meter.Count(Label(group.Outcome!.Trouble)));
        if (!groups.Exists(group => FallbackOf(group.Outcome!.Trouble) == ScanFallback.Pending) || !_context.TryPostpone(transaction))
        {
            return false;
        }

        _meter.Count("postponed");
        return true;
    }

    /// <summary>Gives what was found before, waits for a scan of the same, or asks a server.</summary>
    /// <typeparam name="TState">What the call needs.</typeparam>
    /// <param name="key">All that the finding depends on.</param>
    /// <param name="state">What the call needs; memory in it is not touched any more when the task has ended.</param>
    /// <param name="call">Asks a server; ends soon after its token fires.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<ScanOutcome<TFinding>> AskAsync<TState>(
        Digest256 key, TState state, Func<TServer, TState, CancellationToken, ValueTask<ScanReply<TFinding>>> call, CancellationToken cancellationToken) =>
        _findings.GetAsync(key, (Servers: _servers, State: state, Call: call), static (asked, token) => AskServersAsync(asked.Servers, asked.State, asked.Call, token), cancellationToken);

    /// <summary>Whether a message with this trouble is let through, and has to say so.</summary>
    /// <param name="trouble">The trouble.</param>
    public bool IsMarked(ScanTrouble trouble) =>
        FallbackOf(trouble) == ScanFallback.Skip || (trouble == ScanTrouble.TooLarge && _options.Unscanned == UnscannedAction.Mark);

    /// <summary>What is said of a message that was not scanned.</summary>
    /// <param name="outcome">An outcome with trouble.</param>
    public Verdict Judge(ScanOutcome<TFinding> outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.Trouble == ScanTrouble.None || IsMarked(outcome.Trouble))
        {
            return Verdict.Continue;
        }

        FilterReason reason = outcome.Trouble switch
        {
            ScanTrouble.Busy => ScannerReasons.Busy,
            ScanTrouble.Down => ScannerReasons.Down,
            _ => _options.Unscanned switch
            {
                UnscannedAction.Quarantine => ScannerReasons.Held,
                UnscannedAction.Reject => ScannerReasons.Rejected,
                _ => ScannerReasons.Deferred,
            },
        };
        return Verdict.From(reason, outcome.Detail);
    }

    /// <summary>What the field of a message that was not scanned says; <c>null</c> where it gets none.</summary>
    /// <param name="trouble">The trouble.</param>
    public string? Mark(ScanTrouble trouble) => !IsMarked(trouble) && trouble != ScanTrouble.TooLarge ? null : trouble switch
    {
        ScanTrouble.TooLarge => "too large",
        ScanTrouble.Busy => "scanner busy",
        ScanTrouble.Down => "scanner down",
        _ => null,
    };

    private static async ValueTask<ScanAnswer<ScanOutcome<TFinding>>> AskServersAsync<TState>(
        GuardedServers<TServer> servers, TState state, Func<TServer, TState, CancellationToken, ValueTask<ScanReply<TFinding>>> call, CancellationToken cancellationToken)
    {
        GuardResult<ScanReply<TFinding>> result = await servers.RunAsync(
            state, call, static reply => reply.Finding is null ? reply.Failure ?? "it gave no reason" : null, cancellationToken).ConfigureAwait(false);
        return result.Outcome == GuardOutcome.Answered
            ? new(new ScanOutcome<TFinding>(result.Answer.Finding, ScanTrouble.None, null), result.Answer.IsDeterministic)
            : new(new ScanOutcome<TFinding>(null, result.Outcome == GuardOutcome.Busy ? ScanTrouble.Busy : ScanTrouble.Down, result.Detail), IsDeterministic: false);
    }

    private static string Label(ScanTrouble trouble) => trouble switch
    {
        ScanTrouble.None => "scanned",
        ScanTrouble.TooLarge => "too-large",
        ScanTrouble.Busy => "busy",
        _ => "down",
    };

    private ScanFallback? FallbackOf(ScanTrouble trouble) => trouble switch
    {
        ScanTrouble.Busy => _options.WhenBusy,
        ScanTrouble.Down => _options.WhenDown,
        _ => null,
    };
}
