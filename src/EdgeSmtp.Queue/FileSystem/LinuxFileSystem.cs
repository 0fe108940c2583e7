using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Queue.FileSystem;

/// <summary>The disk.</summary>
public sealed class LinuxFileSystem : IQueueFileSystem
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int OwnerReadWrite = 0x180;

    /// <inheritdoc />
    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        Directory.CreateDirectory(path, OwnerOnly);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } parent)
        {
            SyncDirectory(parent);
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> List(string path)
    {
        if (!Directory.Exists(path))
        {
            return [];
        }

        string[] names = Directory.GetFiles(path);
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Path.GetFileName(names[i]);
        }

        return names;
    }

    /// <inheritdoc />
    public IQueueFile Open(string path, QueueFileAccess access) => new LinuxFile(access switch
    {
        QueueFileAccess.Read => NativeMethods.OpenFile(path, NativeMethods.ReadOnly),
        QueueFileAccess.Write => NativeMethods.OpenFile(path, NativeMethods.ReadWrite),
        _ => NativeMethods.OpenFile(path, NativeMethods.ReadWrite | NativeMethods.CreateFile, OwnerReadWrite),
    });

    /// <inheritdoc />
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc />
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc />
    public void SyncDirectory(string path)
    {
        using SafeFileHandle directory = NativeMethods.OpenFile(path, NativeMethods.ReadOnly | NativeMethods.DirectoryOnly);
        NativeMethods.Check(NativeMethods.Sync(directory), "fsync", path);
    }

    /// <inheritdoc />
    public long AvailableBytes(string path) => new DriveInfo(path).AvailableFreeSpace;

    /// <inheritdoc />
    public IDisposable Lock(string path) => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
}
