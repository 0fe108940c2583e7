namespace EdgeSmtp.Core.Storage;

/// <summary>A bound on bytes that many sessions share. Thread-safe.</summary>
/// <param name="bytesMax">The bound, in bytes; above 0.</param>
public sealed class ByteBudget(long bytesMax)
{
    private long _used;

    /// <summary>The bound in bytes.</summary>
    public long BytesMax { get; } = bytesMax > 0 ? bytesMax : throw new ArgumentOutOfRangeException(nameof(bytesMax));

    /// <summary>Bytes taken now.</summary>
    public long BytesUsed => Volatile.Read(ref _used);

    /// <summary>Takes bytes.</summary>
    /// <param name="bytes">Zero or more.</param>
    /// <returns><c>false</c> when they do not fit; nothing is taken then.</returns>
    public bool TryTake(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        long used = Volatile.Read(ref _used);
        while (bytes <= BytesMax - used)
        {
            long seen = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        return false;
    }

    /// <summary>Gives bytes back.</summary>
    /// <param name="bytes">What was taken.</param>
    public void Release(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Interlocked.Add(ref _used, -bytes);
    }
}
