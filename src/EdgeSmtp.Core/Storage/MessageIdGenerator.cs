namespace EdgeSmtp.Core.Storage;

/// <summary>Makes ids that are unique in one data directory: never less than one made before, also when the clock steps back.</summary>
/// <param name="time">The clock.</param>
public sealed class MessageIdGenerator(TimeProvider time)
{
    private ulong _last;

    /// <summary>The next id. Thread-safe; allocates nothing.</summary>
    public MessageId Next()
    {
        ulong now = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() << 20;
        while (true)
        {
            ulong last = Volatile.Read(ref _last);
            ulong next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return new MessageId(next);
            }
        }
    }

    /// <summary>Makes sure that ids found in the queue are not made again after the clock was set back.</summary>
    /// <param name="seen">An id found at recovery.</param>
    public void Advance(MessageId seen)
    {
        ulong last;
        while (seen.Value > (last = Volatile.Read(ref _last)) && Interlocked.CompareExchange(ref _last, seen.Value, last) != last)
        {
        }
    }
}
