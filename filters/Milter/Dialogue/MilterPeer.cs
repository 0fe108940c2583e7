using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter.Wire;
using EdgeSmtp.Toolkit.Backends;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>The milter, to all sessions together: where it is, what it may do, how many connections it has, and whether it is asked at all while it fails.</summary>
internal sealed class MilterPeer : IDisposable
{
    /// <summary>Above every deadline of ours; those end a call, and the deadline of the driver ends all of a stage.</summary>
    private static readonly TimeSpan CallMax = TimeSpan.FromMinutes(30);

    private readonly MilterAddress _address;
    private readonly FilterContext _context;
    private readonly FilterMeter _meter;
    private readonly BackendGuard _guard;
    private int _connections;

    public MilterPeer(MilterFilterOptions options, FilterContext context)
    {
        if (!MilterAddress.TryParse(options.Address, out MilterAddress? address))
        {
            throw new ArgumentException($"'{options.Address}' is no address of a milter.", nameof(options));
        }

        _address = address;
        _context = context;
        _meter = context.Meter("milter");
        Options = options;
        Offered = OfferOf(options.Changes);
        BackendGuardOptions limits = new(CallMax, options.ConnectionsMax, 0, options.BreakerFailures, options.BreakerPause);
        _guard = new BackendGuard(options.Address, limits, context.Time, _meter, context.Logger);
        _meter.Level("connections", 0);
        _meter.Count("over-limit", 0);
    }

    public MilterFilterOptions Options { get; }

    public string Hostname => _context.Host.Hostname;

    /// <summary>What it may do.</summary>
    public MilterActions Offered { get; }

    /// <summary>The changes that the filter asks for.</summary>
    public IMessageChanges ChangesTo(Transaction transaction) => _context.Changes(transaction);

    /// <summary>The message as the filters before left it.</summary>
    public System.Buffers.ReadOnlySequence<byte> ContentOf(Transaction transaction) => _context.ContentOf(transaction);

    /// <summary>Takes one of the connections that there may be.</summary>
    public bool TryReserve()
    {
        int now = Interlocked.Increment(ref _connections);
        if (now > Options.ConnectionsMax)
        {
            Interlocked.Decrement(ref _connections);
            _meter.Count("over-limit");
            return false;
        }

        _meter.Level("connections", now);
        return true;
    }

    /// <summary>Gives it back.</summary>
    public void Release() => _meter.Level("connections", Interlocked.Decrement(ref _connections));

    /// <summary>Connects. The caller has reserved a connection.</summary>
    public async ValueTask<MilterConnection> OpenAsync(CancellationToken cancellationToken)
    {
        EndPoint endPoint = await _address.FindAsync(_context.Dns, cancellationToken).ConfigureAwait(false);
        return await MilterConnection.OpenAsync(endPoint, Offered, Options, _context.Time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the milter, unless it failed so often that it is left alone.</summary>
    /// <exception cref="MilterException">It failed, or is not asked.</exception>
    public async ValueTask<T> AskAsync<TState, T>(TState state, Func<TState, CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        GuardResult<T> result = await _guard.RunAsync(state, call, static _ => null, cancellationToken).ConfigureAwait(false);
        return result.Outcome == GuardOutcome.Answered ? result.Answer! : throw new MilterException($"milter {Options.Address}: {result.Detail}");
    }

    /// <inheritdoc />
    public void Dispose() => _guard.Dispose();

    private static MilterActions OfferOf(IReadOnlyList<MilterChange> changes)
    {
        MilterActions offer = MilterActions.None;
        foreach (MilterChange change in changes)
        {
            offer |= change switch
            {
                MilterChange.AddHeaders => MilterActions.AddHeaders,
                MilterChange.ChangeHeaders => MilterActions.ChangeHeaders,
                MilterChange.ReplaceBody => MilterActions.ReplaceBody,
                MilterChange.ChangeSender => MilterActions.ChangeSender,
                MilterChange.AddRecipients => MilterActions.AddRecipients | MilterActions.AddRecipientsWithParameters,
                MilterChange.RemoveRecipients => MilterActions.RemoveRecipients,
                _ => MilterActions.Quarantine,
            };
        }

        return offer;
    }
}
