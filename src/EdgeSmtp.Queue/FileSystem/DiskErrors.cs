namespace EdgeSmtp.Queue.FileSystem;

/// <summary>The errno values of Linux that the queue tells apart. They are the <c>HResult</c> of the <see cref="IOException"/>s of <see cref="IQueueFileSystem"/>.</summary>
public static class DiskErrors
{
    private const int NoMemory = 12;
    private const int SystemFilesUsedUp = 23;
    private const int ProcessFilesUsedUp = 24;

    /// <summary>EIO: the device failed.</summary>
    public const int InputOutput = 5;

    /// <summary>ENOSPC: the file system is full.</summary>
    public const int NoSpace = 28;

    /// <summary>EDQUOT: the quota is used up.</summary>
    public const int Quota = 122;

    /// <summary>Whether waiting for space may help; every other error is final.</summary>
    /// <param name="error">What a call threw.</param>
    public static bool IsFull(IOException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.HResult is NoSpace or Quota;
    }

    /// <summary>Whether descriptors or memory were lacking (EMFILE, ENFILE, ENOMEM), which passes and says nothing about the file.</summary>
    /// <param name="error">What a call threw.</param>
    public static bool IsShortage(IOException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.HResult is NoMemory or SystemFilesUsedUp or ProcessFilesUsedUp;
    }
}
