using System.Diagnostics;

namespace EdgeSmtp.Queue.Staging;

/// <summary>
/// Lets the committer wait a moment for the transactions that are being received right now, so that they share its fdatasync. A transaction counts from its trace fields,
/// just before its client is told to send, until it is offered to the committer, given up, or held up by a filter: a scanner would delay every commit beside it otherwise.
/// </summary>
internal sealed class GatherGate
{
    private readonly object _monitor = new();
    private long _entered;
    private long _left;
    private long _target = long.MaxValue;

    /// <summary>Transactions on their way.</summary>
    public long InFlight => Math.Max(Volatile.Read(ref _entered) - Volatile.Read(ref _left), 0);

    /// <summary>Transactions that arrived so far, or were given up.</summary>
    public long Arrived => Volatile.Read(ref _left);

    /// <summary>A transaction has begun.</summary>
    public void Enter() => Interlocked.Increment(ref _entered);

    /// <summary>A transaction has been offered, or given up.</summary>
    public void Leave()
    {
        if (Interlocked.Increment(ref _left) >= Volatile.Read(ref _target))
        {
            lock (_monitor)
            {
                Monitor.Pulse(_monitor);
            }
        }
    }

    /// <summary>Waits until as many transactions have arrived as were on their way at the call, at most for a time. Only the committer calls it.</summary>
    /// <param name="max">The longest wait; a real clock, because a real thread waits.</param>
    public void Wait(TimeSpan max)
    {
        long inFlight = InFlight;
        if (inFlight == 0 || max <= TimeSpan.Zero)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        lock (_monitor)
        {
            Volatile.Write(ref _target, Volatile.Read(ref _left) + inFlight);
            while (Volatile.Read(ref _left) < _target)
            {
                TimeSpan rest = max - Stopwatch.GetElapsedTime(start);
                if (rest <= TimeSpan.Zero || !Monitor.Wait(_monitor, rest))
                {
                    break;
                }
            }

            Volatile.Write(ref _target, long.MaxValue);
        }
    }
}
