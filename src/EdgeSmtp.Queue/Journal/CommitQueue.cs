using System.Diagnostics;

namespace EdgeSmtp.Queue.Journal;

/// <summary>Operations on their way to the committer, in order. Thread-safe; links are in the operations, so nothing is allocated.</summary>
/// <param name="lazyDelay">How long results of deliveries may wait for a commit to ride on; by a real clock, because a real thread waits.</param>
internal sealed class CommitQueue(TimeSpan lazyDelay)
{
    private const int LazyMax = 1024;
    private readonly Lock _lock = new();
    private JournalOperation? _first;
    private JournalOperation? _last;
    private long _oldestLazy;
    private int _lazy;
    private int _urgent;

    /// <summary>Whether somebody waits for a commit.</summary>
    public bool HasUrgent => Volatile.Read(ref _urgent) > 0;

    /// <summary>Adds an operation.</summary>
    /// <param name="operation">Complete.</param>
    /// <returns>Whether the committer has to know.</returns>
    public bool Enqueue(JournalOperation operation)
    {
        operation.Next = null;
        lock (_lock)
        {
            if (_last is { } last)
            {
                last.Next = operation;
            }
            else
            {
                _first = operation;
            }

            _last = operation;
            if (!operation.IsLazy)
            {
                return _urgent++ == 0;
            }

            if (_lazy++ == 0)
            {
                _oldestLazy = Stopwatch.GetTimestamp();
                return true;
            }

            return _lazy == LazyMax;
        }
    }

    /// <summary>Takes everything, once something urgent is there or the lazy ones have waited long enough.</summary>
    /// <returns>The first of a chain, or <c>null</c>.</returns>
    public JournalOperation? TakeAll()
    {
        lock (_lock)
        {
            if (_urgent == 0 && _lazy < LazyMax && (_lazy == 0 || Stopwatch.GetElapsedTime(_oldestLazy) < lazyDelay))
            {
                return null;
            }

            return TakeRest();
        }
    }

    /// <summary>Takes everything, whether anybody waits for it or not.</summary>
    /// <returns>The first of a chain, or <c>null</c>.</returns>
    public JournalOperation? TakeRest()
    {
        lock (_lock)
        {
            JournalOperation? first = _first;
            _first = _last = null;
            _lazy = _urgent = 0;
            return first;
        }
    }

    /// <summary>How long the committer may sleep, in milliseconds; −1 for ever.</summary>
    public int WaitMilliseconds
    {
        get
        {
            lock (_lock)
            {
                return _lazy == 0 ? Timeout.Infinite : (int)Math.Clamp((lazyDelay - Stopwatch.GetElapsedTime(_oldestLazy)).TotalMilliseconds + 1, 1, 60_000);
            }
        }
    }
}
