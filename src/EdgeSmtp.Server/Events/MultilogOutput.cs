namespace EdgeSmtp.Server.Events;

/// <summary>
/// Writes lines into a folder as <c>multilog t</c> does, so that what reads its folders reads this one, and either can take over from the other. A file is only cut between lines.
/// </summary>
/// <remarks>
/// <c>current</c> is made executable when it is whole and synced: at a clean stop, and before it is renamed to <c>@label.s</c>. One that a crash left is set aside as
/// <c>@label.u</c> at the start. Nothing is synced in between: a line of log is worth less than the time that it would cost.
/// </remarks>
/// <param name="folder">The folder.</param>
/// <param name="options">Limits.</param>
/// <param name="time">The clock.</param>
internal sealed class MultilogOutput(string folder, MultilogOptions options, TimeProvider time) : IEventOutput
{
    /// <summary>A file is full when less than this is left: mostly the next line fits no more, and a folder of equal files is easier to plan for.</summary>
    private const int LineBytesUsual = 2000;

    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Whole = Open | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly MultilogNames _names = new(folder, time);
    private FileStream? _lock;
    private FileStream? _current;
    private byte[] _labelled = [];

    /// <inheritdoc />
    public void Write(ReadOnlySpan<byte> lines)
    {
        _current ??= Begin();
        Span<byte> label = stackalloc byte[Tai64N.Length + 1];
        Tai64N.Write(time.GetUtcNow(), label);
        label[^1] = (byte)' ';
        int filled = 0;
        while (!lines.IsEmpty)
        {
            int length = lines.IndexOf((byte)'\n') is var end and >= 0 ? end + 1 : lines.Length;
            int labelledLength = label.Length + length;
            long before = _current.Length + filled;
            if (before > 0 && before + labelledLength > options.SizeBytesMax)
            {
                Append(filled);
                filled = 0;
                _current = Rotate(_current);
            }

            Reserve(filled, labelledLength);
            label.CopyTo(_labelled.AsSpan(filled));
            lines[..length].CopyTo(_labelled.AsSpan(filled + label.Length));
            filled += labelledLength;
            lines = lines[length..];
        }

        Append(filled);
        if (_current.Length > options.SizeBytesMax - LineBytesUsual)
        {
            _current = Rotate(_current);
        }
    }

    /// <summary>Nobody else moves files of this folder.</summary>
    public void Reopen()
    {
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_current is not null)
        {
            Finish(_current);
            _current = null;
        }

        _lock?.Dispose();
        _lock = null;
    }

    private static void Finish(FileStream file)
    {
        using (file)
        {
            file.Flush(flushToDisk: true);
            File.SetUnixFileMode(file.SafeFileHandle, Whole);
        }
    }

    private FileStream Begin()
    {
        Directory.CreateDirectory(folder, OwnerOnly);

        // The lock that multilog takes, on the same file: two writers of one folder would lose lines of each other.
        _lock ??= new FileStream(_names.Lock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        if (MultilogNames.IsWhole(_names.Current))
        {
            return OpenCurrent();
        }

        _names.FinishProcessing();
        _names.SetAside(_names.Current, 'u');
        _names.Retain(options.FilesMax);
        return OpenCurrent();
    }

    private FileStream OpenCurrent()
    {
        FileStream file = new(_names.Current, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = Open,
        });
        File.SetUnixFileMode(file.SafeFileHandle, Open);
        return file;
    }

    private FileStream Rotate(FileStream full)
    {
        // When one of these steps fails, the next batch begins anew, with what it finds in the folder.
        _current = null;
        Finish(full);
        _names.SetAside(_names.Current, 's');
        _names.Retain(options.FilesMax);
        return OpenCurrent();
    }

    private void Append(int count)
    {
        FileStream file = _current!;
        long whole = file.Length;
        try
        {
            file.Write(_labelled, 0, count);
        }
        catch (IOException)
        {
            // A full disk may have taken half a line. The next one must not continue it.
            file.SetLength(whole);
            throw;
        }
    }

    private void Reserve(int filled, int more)
    {
        if (_labelled.Length < filled + more)
        {
            Array.Resize(ref _labelled, Math.Max(filled + more, 2 * _labelled.Length));
        }
    }
}
