namespace EdgeSmtp.Core.Storage;

/// <summary>Bounds what waits in the pending lane. Thread-safe.</summary>
public interface IPendingRoom
{
    /// <summary>Takes room for a message until it is committed, or is not to be.</summary>
    /// <param name="bytes">Bytes of its content.</param>
    /// <returns><c>false</c> when there is none.</returns>
    bool TryTake(long bytes);

    /// <summary>Gives it back: the message counts by itself now, or never will.</summary>
    /// <param name="bytes">What was taken.</param>
    void Release(long bytes);
}
