namespace EdgeSmtp.Core.Capture;

/// <summary>Room for the content that recorded sessions keep until they are written. Thread-safe.</summary>
/// <param name="bytesMax">Bytes of all sessions together.</param>
public sealed class CaptureBudget(long bytesMax)
{
    private long _taken;

    /// <summary>Takes room.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>Whether there was so much; then <see cref="Release"/> is due.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= bytesMax)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    /// <param name="bytes">How much.</param>
    public void Release(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
