using EdgeSmtp.Toolkit.Files;

namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>
/// Writes a constant database, byte for byte as <c>cdbmake</c> does. Nobody ever sees half of it: it is written under another name in the same folder, synced, and
/// renamed over the target; a crash at any moment leaves the old file or the new one.
/// </summary>
/// <remarks>Not thread-safe. Takes 8 bytes of memory for each record until <see cref="Commit"/>, and 16 more for each of the largest table while it writes that one.</remarks>
public sealed class CdbWriter : IDisposable
{
    private const int BufferBytes = 1 << 16;
    private const UnixFileMode DefaultMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _target;
    private readonly string _temporary;
    private readonly FileStream _file;
    private readonly List<(uint Hash, uint Position)> _entries = [];
    private uint _position = CdbFormat.HeaderBytes;
    private bool _done;

    /// <summary>Starts a new file.</summary>
    /// <param name="path">The target. If it exists, it stays as it is until <see cref="Commit"/>, and the new one gets its mode; otherwise 0644 less the umask.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">We may not write there.</exception>
    public CdbWriter(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _target = Path.GetFullPath(path);
        _temporary = $"{_target}.{Environment.ProcessId}.tmp";
        UnixFileMode? mode = File.Exists(_target) ? File.GetUnixFileMode(_target) : null;
        _file = new FileStream(_temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = BufferBytes,
            UnixCreateMode = DefaultMode,
        });
        if (mode is { } kept)
        {
            File.SetUnixFileMode(_file.SafeFileHandle, kept);
        }

        _file.Write(new byte[CdbFormat.HeaderBytes]);
    }

    /// <summary>Records so far.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a record. A key may be added again: look-ups then find the records in this order.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">Its data.</param>
    /// <exception cref="InvalidOperationException">The file would exceed the 4 GiB that the format can address.</exception>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        ulong end = _position + (ulong)CdbFormat.PairBytes + (ulong)key.Length + (ulong)data.Length;

        // Each record also takes two slots at the end.
        if (end + ((ulong)(_entries.Count + 1) * 2 * CdbFormat.PairBytes) > uint.MaxValue)
        {
            throw new InvalidOperationException("A cdb holds at most 4 GiB.");
        }

        Span<byte> lengths = stackalloc byte[CdbFormat.PairBytes];
        CdbFormat.WritePair(lengths, (uint)key.Length, (uint)data.Length);
        _file.Write(lengths);
        _file.Write(key);
        _file.Write(data);
        _entries.Add((CdbFormat.Hash(key), _position));
        _position = (uint)end;
    }

    /// <summary>Finishes the file and puts it in the place of the target. Nothing can be added afterwards.</summary>
    /// <exception cref="IOException">It could not be written; the target is unchanged.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_done, this);
        byte[] header = WriteTables();
        _file.Position = 0;
        _file.Write(header);
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_temporary, _target, overwrite: true);
        _done = true;
        NativeMethods.SyncFolder(Path.GetDirectoryName(_target)!);
    }

    /// <summary>Gives up what was not committed.</summary>
    public void Dispose()
    {
        if (!_done)
        {
            _done = true;
            _file.Dispose();
            File.Delete(_temporary);
        }
    }

    private byte[] WriteTables()
    {
        byte[] header = new byte[CdbFormat.HeaderBytes];
        (uint Hash, uint Position)[] byTable = SortByTable(out int[] starts);
        for (int table = 0; table < CdbFormat.Tables; table++)
        {
            ReadOnlySpan<(uint Hash, uint Position)> entries = byTable.AsSpan(starts[table], starts[table + 1] - starts[table]);
            byte[] slots = FillSlots(entries);
            CdbFormat.WritePair(header.AsSpan(table * CdbFormat.PairBytes), _position, (uint)(entries.Length * 2));
            _file.Write(slots);
            _position += (uint)slots.Length;
        }

        return header;
    }

    /// <summary>Counts, then places: entries of one table stay in the order in which they were added.</summary>
    private (uint Hash, uint Position)[] SortByTable(out int[] starts)
    {
        starts = new int[CdbFormat.Tables + 1];
        foreach ((uint hash, _) in _entries)
        {
            starts[(hash % CdbFormat.Tables) + 1]++;
        }

        for (int table = 0; table < CdbFormat.Tables; table++)
        {
            starts[table + 1] += starts[table];
        }

        int[] next = starts[..CdbFormat.Tables];
        (uint Hash, uint Position)[] sorted = new (uint Hash, uint Position)[_entries.Count];
        foreach ((uint Hash, uint Position) entry in _entries)
        {
            sorted[next[entry.Hash % CdbFormat.Tables]++] = entry;
        }

        return sorted;
    }

    private static byte[] FillSlots(ReadOnlySpan<(uint Hash, uint Position)> entries)
    {
        int count = entries.Length * 2;
        byte[] slots = new byte[count * CdbFormat.PairBytes];
        foreach ((uint hash, uint position) in entries)
        {
            int slot = (int)((hash / CdbFormat.Tables) % (uint)count);
            while (CdbFormat.ReadPair(slots.AsSpan(slot * CdbFormat.PairBytes)).Second != 0)
            {
                slot = slot + 1 == count ? 0 : slot + 1;
            }

            CdbFormat.WritePair(slots.AsSpan(slot * CdbFormat.PairBytes), hash, position);
        }

        return slots;
    }
}
