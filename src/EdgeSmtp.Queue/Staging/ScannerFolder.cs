using System.Buffers;
using System.Globalization;

namespace EdgeSmtp.Queue.Staging;

/// <summary>The tmpfs folder with copies for scanners that can only open a path.</summary>
/// <param name="path">The folder.</param>
internal sealed class ScannerFolder(string path)
{
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private const UnixFileMode FileMode0640 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private long _count;

    /// <summary>Writes one file. It is memory, so nothing waits.</summary>
    /// <param name="content">What.</param>
    /// <returns>Its path.</returns>
    public string Write(ReadOnlySequence<byte> content)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, FolderMode);
        }

        string file = Path.Combine(path, Interlocked.Increment(ref _count).ToString("x8", CultureInfo.InvariantCulture));
        using FileStream stream = new(file, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            UnixCreateMode = FileMode0640,
        });
        foreach (ReadOnlyMemory<byte> part in content)
        {
            stream.Write(part.Span);
        }

        return file;
    }

    /// <summary>Removes one file.</summary>
    /// <param name="file">A path that <see cref="Write"/> gave.</param>
    public static void Remove(string file) => File.Delete(file);
}
