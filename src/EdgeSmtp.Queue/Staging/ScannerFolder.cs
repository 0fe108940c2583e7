using System.Buffers;
using System.Globalization;

namespace EdgeSmtp.Queue.Staging;

/// <summary>Copies in memory for scanners that can only open a path: in the configured folder, or in one of our own. Where everybody may make names, ours must be unknown before they are there.</summary>
/// <param name="configured">The configured folder, or <c>null</c>.</param>
internal sealed class ScannerFolder(string? configured)
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "edgesmtp-scan-";

    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private const UnixFileMode FileMode0640 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly string _name = NewName();
    private readonly Lock _making = new();
    private string? _own;
    private long _count;

    /// <summary>Writes one file. It is memory, so nothing waits.</summary>
    /// <param name="content">What.</param>
    /// <returns>Its path.</returns>
    public string Write(ReadOnlySequence<byte> content)
    {
        string file = Path.Combine(Folder(), string.Create(CultureInfo.InvariantCulture, $"{_name}-{Interlocked.Increment(ref _count):x8}"));
        using FileStream stream = new(file, new FileStreamOptions
        {
            // A file or a link that somebody put there is neither written nor followed.
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            UnixCreateMode = FileMode0640,
        });
        try
        {
            // The umask of a service keeps the scanners' group out.
            File.SetUnixFileMode(stream.SafeFileHandle, FileMode0640);
            foreach (ReadOnlyMemory<byte> part in content)
            {
                stream.Write(part.Span);
            }
        }
        catch
        {
            File.Delete(file);
            throw;
        }

        return file;
    }

    /// <summary>Removes one file.</summary>
    /// <param name="file">A path that <see cref="Write"/> gave.</param>
    public static void Remove(string file) => File.Delete(file);

    /// <summary>Removes what servers left that did not end by themselves: in memory nothing else ever does.</summary>
    public void Sweep()
    {
        DirectoryInfo parent = new(configured ?? Memory);
        if (!parent.Exists)
        {
            return;
        }

        // A folder that may be written and not listed keeps what is there.
        foreach (FileSystemInfo entry in parent.EnumerateFileSystemInfos(Prefix + "*", new EnumerationOptions { IgnoreInaccessible = true }))
        {
            string process = entry.Name[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{process}"))
            {
                TryRemove(entry.FullName);
            }
        }
    }

    /// <summary>Removes the folder, if it was made here.</summary>
    public void Close()
    {
        lock (_making)
        {
            if (_own is not null)
            {
                TryRemove(_own);
                _own = null;
            }
        }
    }

    private string Folder()
    {
        if (configured is not null)
        {
            Make(configured);
            return configured;
        }

        lock (_making)
        {
            // Who cleans up behind users that are not logged in takes it away from a server that runs.
            if (_own is null || !Directory.Exists(_own))
            {
                _own = Path.Combine(Memory, NewName());
                Make(_own);
            }

            return _own;
        }
    }

    private static string NewName() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");

    private static void Make(string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, FolderMode);
            File.SetUnixFileMode(path, FolderMode);
        }
    }

    private static void TryRemove(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                File.Delete(path);
                return;
            }

            // Only what has our name: a stranger's folder may have become a link to any other by now.
            foreach (string file in Directory.GetFiles(path, Prefix + "*"))
            {
                File.Delete(file);
            }

            Directory.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another user's, or not ours alone. It costs memory and nothing else.
        }
    }
}
