using System.Globalization;

namespace EdgeSmtp.Server.Events;

/// <summary>
/// A ring of files of lines: <c>0000000001.jsonl</c>, … The last one grows; beyond a sixteenth of the bytes or of the age that all may have, the next one begins and the oldest
/// go. Used by one thread.
/// </summary>
/// <param name="folder">The folder; made when first written to.</param>
/// <param name="sizeBytesMax">Bytes of all files.</param>
/// <param name="ageMax">Age at which a file goes.</param>
/// <param name="time">The clock.</param>
internal sealed class LineFiles(string folder, long sizeBytesMax, TimeSpan ageMax, TimeProvider time) : IDisposable
{
    private const int Parts = 16;
    private const string Pattern = "*.jsonl";

    private FileStream? _file;
    private DateTimeOffset _began;

    /// <summary>The files of a folder, oldest first.</summary>
    /// <param name="folder">The folder.</param>
    public static IReadOnlyList<string> List(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, Pattern).Where(static path => NumberOf(path) > 0).OrderBy(NumberOf)] : [];

    /// <summary>Appends whole lines.</summary>
    /// <param name="lines">UTF-8 with line ends.</param>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_file is not null && ((_file.Length > 0 && _file.Length + lines.Length > sizeBytesMax / Parts) || now - _began > ageMax / Parts))
        {
            Close();
        }

        _file ??= Open(now);
        _file.Write(lines);
    }

    /// <summary>Removes what is too old, or too much.</summary>
    public void Expire() => Expire(sizeBytesMax);

    /// <inheritdoc />
    public void Dispose() => Close();

    private void Expire(long bytesMax)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_file is not null && now - _began > ageMax / Parts)
        {
            Close();
        }

        IReadOnlyList<string> files = List(folder);
        long bytes = 0;
        for (int i = files.Count - 1; i >= 0; i--)
        {
            FileInfo file = new(files[i]);
            bytes += file.Length;
            bool isCurrent = _file is not null && i == files.Count - 1;
            if (!isCurrent && (bytes > bytesMax || now - file.LastWriteTimeUtc > ageMax))
            {
                file.Delete();
            }
        }
    }

    private static long NumberOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private FileStream Open(DateTimeOffset now)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        IReadOnlyList<string> files = List(folder);
        long number = files.Count == 0 ? 1 : NumberOf(files[^1]) + 1;

        // Never an older file again: a line that a crash cut in two stays the last of its file.
        FileStream file = new(Path.Combine(folder, number.ToString("D10", CultureInfo.InvariantCulture) + ".jsonl"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _began = now;
        _file = file;
        Expire(sizeBytesMax - (sizeBytesMax / Parts));
        return file;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
