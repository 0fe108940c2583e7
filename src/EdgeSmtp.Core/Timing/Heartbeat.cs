using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Core.Timing;

/// <summary>
/// One timer for all sessions: each second it compares the deadline of every entry with the clock. Five thousand comparisons cost less than one timer that is armed
/// and disarmed for each command. Deadlines are late by up to a second.
/// </summary>
public sealed partial class Heartbeat : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger<Heartbeat> _logger;
    private readonly long _origin;
    private readonly ITimer _timer;
    private readonly List<HeartbeatEntry> _found = [];
    private readonly List<Chore> _chores = [];
    private HeartbeatEntry? _first;
    private int _ticking;

    /// <summary>Starts the tick.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of entries that throw, which is a bug.</param>
    public Heartbeat(TimeProvider time, ILogger<Heartbeat> logger)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((Heartbeat)state!).Tick(), this, Interval, Interval);
    }

    /// <summary>Time between two ticks.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Milliseconds since the heartbeat began. Never goes back.</summary>
    public long Now => (long)_time.GetElapsedTime(_origin).TotalMilliseconds;

    /// <summary>Entries now.</summary>
    public int Count { get; private set; }

    /// <summary>The deadline of something that may take so long from now on.</summary>
    /// <param name="span">How long.</param>
    public long After(TimeSpan span) => Now + (long)span.TotalMilliseconds;

    /// <summary>Begins to watch an entry.</summary>
    /// <param name="entry">An entry that is not watched.</param>
    public void Add(HeartbeatEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_lock)
        {
            if (entry.IsLinked)
            {
                throw new InvalidOperationException("The entry is watched already.");
            }

            entry.IsLinked = true;
            entry.Next = _first;
            _first?.Previous = entry;
            _first = entry;
            Count++;
        }
    }

    /// <summary>Ceases to watch an entry; a call to it that is under way may still end. Nothing when it is not watched.</summary>
    /// <param name="entry">The entry.</param>
    public void Remove(HeartbeatEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_lock)
        {
            if (!entry.IsLinked)
            {
                return;
            }

            entry.IsLinked = false;
            entry.Next?.Previous = entry.Previous;
            if (entry.Previous is null)
            {
                _first = entry.Next;
            }
            else
            {
                entry.Previous.Next = entry.Next;
            }

            entry.Next = entry.Previous = null;
            Count--;
        }
    }

    /// <summary>Calls something at every so many ticks, for the life of the heartbeat.</summary>
    /// <param name="ticks">1 or more.</param>
    /// <param name="work">Short, and never blocking for long.</param>
    public void Every(int ticks, Action work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, 1);
        ArgumentNullException.ThrowIfNull(work);
        lock (_lock)
        {
            _chores.Add(new Chore(ticks, work));
        }
    }

    /// <summary>Calls <see cref="HeartbeatEntry.OnWake"/> of every entry.</summary>
    public void Wake()
    {
        List<HeartbeatEntry> all = [];
        lock (_lock)
        {
            for (HeartbeatEntry? entry = _first; entry is not null; entry = entry.Next)
            {
                all.Add(entry);
            }
        }

        foreach (HeartbeatEntry entry in all)
        {
            entry.OnWake();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        // A tick that takes longer than the interval is not overtaken by the next.
        if (Interlocked.Exchange(ref _ticking, 1) != 0)
        {
            return;
        }

        long now = Now;
        lock (_lock)
        {
            for (HeartbeatEntry? entry = _first; entry is not null; entry = entry.Next)
            {
                if (entry.Deadline <= now)
                {
                    _found.Add(entry);
                }
            }
        }

        // Outside of the lock, so that an entry may remove itself.
        foreach (HeartbeatEntry entry in _found)
        {
            CallDue(entry, now);
        }

        _found.Clear();
        RunChores();
        Volatile.Write(ref _ticking, 0);
    }

    private void CallDue(HeartbeatEntry entry, long now)
    {
        try
        {
            entry.OnDue(now);
        }
        catch (Exception exception)
        {
            // One entry with a bug must not end the tick of all the others.
            LogEntryFailed(exception);
        }
    }

    private void RunChores()
    {
        Chore[] chores;
        lock (_lock)
        {
            if (_chores.Count == 0)
            {
                return;
            }

            chores = [.. _chores];
        }

        foreach (Chore chore in chores)
        {
            try
            {
                chore.Tick();
            }
            catch (Exception exception)
            {
                LogEntryFailed(exception);
            }
        }
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "A heartbeat entry threw.")]
    private partial void LogEntryFailed(Exception exception);

    private sealed class Chore(int ticks, Action work)
    {
        private int _passed;

        public void Tick()
        {
            if (++_passed == ticks)
            {
                _passed = 0;
                work();
            }
        }
    }
}
