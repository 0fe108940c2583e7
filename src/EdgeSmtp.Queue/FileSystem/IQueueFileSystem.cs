namespace EdgeSmtp.Queue.FileSystem;

/// <summary>All that the queue asks of a disk: the seam at which crash tests stop it. Failures are <see cref="IOException"/> with errno as <c>HResult</c>.</summary>
public interface IQueueFileSystem
{
    /// <summary>Makes a folder of mode 0700 with its parents, if it is missing, and syncs the parent.</summary>
    /// <param name="path">The folder.</param>
    void CreateDirectory(string path);

    /// <summary>Names, not paths, of the files in a folder, in no order; empty when there is no folder.</summary>
    /// <param name="path">The folder.</param>
    IReadOnlyList<string> List(string path);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="access">What for.</param>
    IQueueFile Open(string path, QueueFileAccess access);

    /// <summary>Renames within one folder, replacing what is there. Durable after <see cref="SyncDirectory"/>.</summary>
    /// <param name="from">The old path.</param>
    /// <param name="to">The new path.</param>
    void Rename(string from, string to);

    /// <summary>Removes a file. Durable after <see cref="SyncDirectory"/>.</summary>
    /// <param name="path">The file.</param>
    void Delete(string path);

    /// <summary>Makes creations, renames and removals in a folder durable.</summary>
    /// <param name="path">The folder.</param>
    void SyncDirectory(string path);

    /// <summary>Bytes that may still be allocated.</summary>
    /// <param name="path">A folder.</param>
    long AvailableBytes(string path);

    /// <summary>Takes the lock that keeps a second process out, until disposed or until the process ends.</summary>
    /// <param name="path">The lock file, created when missing.</param>
    /// <exception cref="IOException">Another process has it.</exception>
    IDisposable Lock(string path);
}
