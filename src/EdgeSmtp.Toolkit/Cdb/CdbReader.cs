namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>
/// Looks keys up in a constant database (cdb, D. J. Bernstein). Thread-safe; a look-up takes two places in memory and allocates nothing but the data it returns.
/// </summary>
/// <remarks>
/// The file is copied into mapped memory of our own when it is opened, so nothing that later happens to it can be noticed here: see <see cref="ReloadedCdb"/>. No
/// content makes a look-up fail with an exception, read outside the file, or go on for ever: every position and length is checked where it is used, and a table is
/// walked at most once.
/// </remarks>
public sealed unsafe class CdbReader : IDisposable
{
    /// <summary>Largest file taken, in bytes: 2 GiB less one. The format itself ends at 4 GiB.</summary>
    public const int BytesMax = int.MaxValue;

    private readonly CdbMemory _memory;

    private CdbReader(CdbMemory memory, string path)
    {
        _memory = memory;
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Size of the file, in bytes.</summary>
    public long SizeBytes => _memory.Length;

    /// <summary>Reads a file and checks its header, which also finds every file that was cut short.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no cdb; the message says why.</exception>
    public static CdbReader Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        CdbReader reader = new(CdbMemory.Copy(path), path);
        if (reader.FindFault() is { } fault)
        {
            reader.Dispose();
            throw new InvalidDataException($"{path} is no cdb, or was cut short: {fault}");
        }

        return reader;
    }

    /// <summary>Whether a key is there.</summary>
    /// <param name="key">The key.</param>
    public CdbStatus Find(ReadOnlySpan<byte> key) => TryFind(key, withData: false, out CdbStatus status, out _) ? status : throw Disposed();

    /// <summary>Finds the first record of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">A copy of its data; empty when it is not found.</param>
    public CdbStatus Find(ReadOnlySpan<byte> key, out byte[] data) => TryFind(key, withData: true, out CdbStatus status, out data) ? status : throw Disposed();

    /// <summary>Finds all records of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Takes copies of their data, in the order in which they were written.</param>
    public CdbStatus FindAll(ReadOnlySpan<byte> key, ICollection<byte[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!_memory.TryAcquire(out byte* start))
        {
            throw Disposed();
        }

        try
        {
            CdbWalk walk = new(new ReadOnlySpan<byte>(start, _memory.Length), key);
            CdbStatus status = walk.Next(out ReadOnlySpan<byte> data);
            CdbStatus first = status;
            long left = _memory.Length;
            for (; status == CdbStatus.Found; status = walk.Next(out data))
            {
                // Records lie one behind the other; slots that name one again and again would make gigabytes of a small file.
                left -= data.Length;
                if (left < 0)
                {
                    return CdbStatus.Damaged;
                }

                values.Add(data.ToArray());
            }

            return status == CdbStatus.Damaged ? status : first;
        }
        finally
        {
            _memory.Release();
        }
    }

    /// <summary>All records in the order in which they were written.</summary>
    /// <exception cref="InvalidDataException">A record does not fit into the file.</exception>
    public IEnumerable<KeyValuePair<byte[], byte[]>> Records()
    {
        uint position = CdbFormat.HeaderBytes;
        while (ReadRecord(ref position) is { } record)
        {
            yield return record;
        }
    }

    /// <summary>Lets the memory go, once nobody looks anything up in it any more.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>As <see cref="Find(ReadOnlySpan{byte})"/>, without an exception when the reader was exchanged for another and disposed.</summary>
    internal bool TryFind(ReadOnlySpan<byte> key, bool withData, out CdbStatus status, out byte[] data)
    {
        status = CdbStatus.Unavailable;
        data = [];
        if (!_memory.TryAcquire(out byte* start))
        {
            return false;
        }

        try
        {
            CdbWalk walk = new(new ReadOnlySpan<byte>(start, _memory.Length), key);
            status = walk.Next(out ReadOnlySpan<byte> found);
            if (withData && status == CdbStatus.Found)
            {
                data = found.ToArray();
            }

            return true;
        }
        finally
        {
            _memory.Release();
        }
    }

    private string? FindFault()
    {
        _memory.TryAcquire(out byte* start);
        try
        {
            for (int table = 0; table < CdbFormat.Tables; table++)
            {
                (uint position, uint slots) = CdbFormat.ReadPair(new ReadOnlySpan<byte>(start + (table * CdbFormat.PairBytes), CdbFormat.PairBytes));
                if (position < CdbFormat.HeaderBytes || position + ((ulong)slots * CdbFormat.PairBytes) > (ulong)_memory.Length)
                {
                    return $"table {table} with {slots} slots at {position} is not within its {_memory.Length} bytes";
                }
            }

            return null;
        }
        finally
        {
            _memory.Release();
        }
    }

    private KeyValuePair<byte[], byte[]>? ReadRecord(ref uint position)
    {
        if (!_memory.TryAcquire(out byte* start))
        {
            throw Disposed();
        }

        try
        {
            ReadOnlySpan<byte> bytes = new(start, _memory.Length);

            // The first table begins where the records end; so do all programs read it that list a cdb.
            if (position >= CdbFormat.ReadPair(bytes).First)
            {
                return null;
            }

            if (!CdbWalk.TryReadRecord(bytes, position, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> data))
            {
                throw new InvalidDataException($"{Path}: the record at {position} is not within the file");
            }

            position += (uint)(CdbFormat.PairBytes + key.Length + data.Length);
            return new KeyValuePair<byte[], byte[]>(key.ToArray(), data.ToArray());
        }
        finally
        {
            _memory.Release();
        }
    }

    private ObjectDisposedException Disposed() => new(nameof(CdbReader), $"{Path} was closed.");
}
