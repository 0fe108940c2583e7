using System.Net;

namespace EdgeSmtp.Delivery.Hosts;

/// <summary>
/// Remembers addresses that cannot be connected to, as qmail's tcpto does, so that a thousand messages for a dead host do not wait a thousand times. Two failures in a row are needed; a success
/// forgets them. Bounded: when full, the oldest entry goes. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads the end of the silence.</param>
/// <param name="entriesMax">Most addresses remembered.</param>
internal sealed class UnreachableHosts(TimeProvider time, Random random, int entriesMax = 4096)
{
    private const int FailuresNeeded = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<EndPoint, Entry> _entries = [];

    /// <summary>Whether to leave the address alone now.</summary>
    public bool IsAvoided(EndPoint endPoint)
    {
        lock (_gate)
        {
            return _entries.Count > 0 && _entries.TryGetValue(endPoint, out Entry entry) && entry.Failures >= FailuresNeeded && time.GetTimestamp() < entry.Until;
        }
    }

    /// <summary>A connection could not be made.</summary>
    /// <param name="endPoint">The address.</param>
    /// <param name="silence">How long to leave it alone, a quarter more or less.</param>
    public void Failed(EndPoint endPoint, TimeSpan silence)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(endPoint, out Entry entry) && _entries.Count >= entriesMax) DropOldest();
            double spread = 0.75 + (random.NextDouble() / 2);
            long until = time.GetTimestamp() + (long)(silence.TotalSeconds * spread * time.TimestampFrequency);
            _entries[endPoint] = new Entry(Math.Min(entry.Failures + 1, FailuresNeeded), until);
        }
    }

    /// <summary>A connection was made.</summary>
    public void Succeeded(EndPoint endPoint)
    {
        lock (_gate)
        {
            if (_entries.Count > 0) _entries.Remove(endPoint);
        }
    }

    private void DropOldest()
    {
        EndPoint? oldest = null;
        long until = long.MaxValue;
        foreach ((EndPoint endPoint, Entry entry) in _entries)
        {
            if (entry.Until >= until) continue;
            until = entry.Until;
            oldest = endPoint;
        }

        if (oldest is not null) _entries.Remove(oldest);
    }

    private readonly record struct Entry(int Failures, long Until);
}
