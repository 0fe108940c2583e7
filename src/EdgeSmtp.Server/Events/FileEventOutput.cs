using System.Globalization;

namespace EdgeSmtp.Server.Events;

/// <summary>Writes lines to a file and renames it when it is full: <c>FILE</c>, <c>FILE.1</c>, … the highest number is the oldest. A file is only cut between lines.</summary>
/// <param name="path">The file.</param>
/// <param name="sizeBytesMax">Bytes after which a new file begins.</param>
/// <param name="filesMax">Renamed files that are kept.</param>
internal sealed class FileEventOutput(string path, long sizeBytesMax, int filesMax) : IEventOutput
{
    private FileStream? _file;

    /// <inheritdoc />
    public void Write(ReadOnlySpan<byte> lines)
    {
        _file ??= Open();
        if (_file.Length > 0 && _file.Length + lines.Length > sizeBytesMax)
        {
            Rotate();
            _file = Open();
        }

        _file.Write(lines);
        _file.Flush();
    }

    /// <inheritdoc />
    public void Reopen() => Dispose();

    /// <inheritdoc />
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private FileStream Open() => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
    });

    private void Rotate()
    {
        Dispose();
        for (int number = filesMax; number > 0; number--)
        {
            string older = number == 1 ? path : Numbered(number - 1);
            if (File.Exists(older))
            {
                File.Move(older, Numbered(number), overwrite: true);
            }
        }

        if (filesMax == 0)
        {
            File.Delete(path);
        }
    }

    private string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");
}
