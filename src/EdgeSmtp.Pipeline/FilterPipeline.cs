using System.Diagnostics.CodeAnalysis;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline.Driving;

namespace EdgeSmtp.Pipeline;

/// <summary>One configuration's filters, ready to run. Immutable; a session keeps the one it began with.</summary>
public sealed class FilterPipeline : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly FilterNode[] _nodes;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;
    private int _holds;
    private bool _isRetired;
    private bool _isDisposed;

    internal FilterPipeline(PlanSet plans, FilterNode[] nodes, FilterCallPool calls, TimeProvider time, IEventLog? events, IPendingRoom? pending = null)
    {
        Plans = plans;
        _nodes = nodes;
        Calls = calls;
        Time = time;
        Events = events;
        Pending = pending;
    }

    /// <summary>A pipeline without filters. Never disposed.</summary>
    public static FilterPipeline Empty { get; } =
        new(new PlanSet([new FilterPlan(0, string.Empty, [])]), [], new FilterCallPool(TimeProvider.System), TimeProvider.System, null);

    /// <summary>Names of the profiles; the one without overrides has the empty name.</summary>
    public IReadOnlyCollection<string> Profiles => Plans.Profiles;

    /// <summary>Names of the filter instances, in order.</summary>
    public IEnumerable<string> Filters => Plans.Default.Layout.SelectMany(static step => step).Select(static node => node.Name);

    /// <summary>Sessions that run on it now.</summary>
    public int Runs
    {
        get
        {
            lock (_lock)
            {
                return _runs;
            }
        }
    }

    internal PlanSet Plans { get; }

    internal FilterCallPool Calls { get; }

    internal TimeProvider Time { get; }

    internal IEventLog? Events { get; }

    /// <summary>Room for messages that wait for filters; <c>null</c> when none may.</summary>
    internal IPendingRoom? Pending { get; }

    internal bool HasFilters => _nodes.Length > 0;

    /// <summary>Begins a session. The run holds the pipeline until it is disposed.</summary>
    /// <param name="session">The session.</param>
    /// <param name="rejectAt">When early verdicts are answered.</param>
    /// <exception cref="ObjectDisposedException">The pipeline was replaced and its last session has ended: take the new one. <see cref="PipelineSlot"/> does that.</exception>
    public FilterRun Begin(Session session, RejectAt rejectAt)
    {
        bool begun = TryBegin(session, rejectAt, out FilterRun? run);
        ObjectDisposedException.ThrowIf(!begun, this);
        return run!;
    }

    /// <summary>Begins a session unless the pipeline was replaced and its last session has ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="rejectAt">When early verdicts are answered.</param>
    /// <param name="run">The run.</param>
    public bool TryBegin(Session session, RejectAt rejectAt, [NotNullWhen(true)] out FilterRun? run)
    {
        ArgumentNullException.ThrowIfNull(session);
        run = null;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return false;
            }

            _runs++;
        }

        run = new FilterRun(this, session, rejectAt);
        return true;
    }

    /// <summary>Keeps the pipeline from being disposed, for a connection whose session begins later. A session can begin as long as it is held.</summary>
    /// <returns><c>false</c> when the pipeline was replaced and its last session has ended: take the new one. Else <see cref="Release"/> is due.</returns>
    public bool TryHold()
    {
        lock (_lock)
        {
            _holds += _isDisposed ? 0 : 1;
            return !_isDisposed;
        }
    }

    /// <summary>Ends a <see cref="TryHold"/>.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _holds--;
            CompleteIfDrained();
        }
    }

    /// <summary>Whether recipients of two profiles can share a message, because nothing that can refuse after the content differs between them.</summary>
    /// <param name="profileA">A profile of this pipeline.</param>
    /// <param name="profileB">Another one.</param>
    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public bool CanShare(string profileA, string profileB) => Plans.CanShare(PlanOf(profileA), PlanOf(profileB));

    /// <summary>Waits for the last session, then disposes the filters that no newer pipeline has taken over.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ReferenceEquals(this, Empty))
        {
            return;
        }

        lock (_lock)
        {
            if (_isRetired)
            {
                return;
            }

            _isRetired = true;
            CompleteIfDrained();
        }

        await _drained.Task;
        foreach (FilterNode node in _nodes)
        {
            await node.ReleaseAsync();
        }
    }

    internal FilterPlan PlanOf(string profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return Plans.Find(profile) ?? throw new ArgumentException($"There is no filter profile '{profile}'.", nameof(profile));
    }

    internal void EndRun()
    {
        lock (_lock)
        {
            _runs--;
            CompleteIfDrained();
        }
    }

    private void CompleteIfDrained()
    {
        if (_isRetired && _runs == 0 && _holds == 0)
        {
            _isDisposed = true;
            _drained.TrySetResult();
        }
    }
}
