using EdgeSmtp.Filters.Greylist;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>A disk in memory that can be full: it then takes a part of what is written, and fails. Reads give what the last process left, synced or not.</summary>
internal sealed class FaultyFolder : IStoreFolder
{
    private readonly Dictionary<string, MemoryStream> _files = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Bytes that may still be written.</summary>
    public long Free { get; set; } = long.MaxValue;

    public bool SyncFails { get; set; }

    /// <summary>Ends when something was synced.</summary>
    public TaskCompletionSource Synced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes of a file; <c>null</c> when there is none.</summary>
    public byte[]? this[string path]
    {
        get
        {
            lock (_lock)
            {
                return _files.GetValueOrDefault(path)?.ToArray();
            }
        }

        set
        {
            lock (_lock)
            {
                MemoryStream file = new();
                file.Write(value);
                _files[path] = file;
            }
        }
    }

    public IStoreFile Open(string path, bool isNew)
    {
        lock (_lock)
        {
            if (isNew || !_files.TryGetValue(path, out MemoryStream? file))
            {
                _files[path] = file = new MemoryStream();
            }

            return new FaultyFile(this, file);
        }
    }

    public Stream? Read(string path) => this[path] is { } bytes ? new MemoryStream(bytes) : null;

    public void Move(string from, string to)
    {
        lock (_lock)
        {
            _files.Remove(from, out MemoryStream? file);
            _files[to] = file!;
        }
    }

    private sealed class FaultyFile(FaultyFolder folder, MemoryStream content) : IStoreFile
    {
        public long Length => content.Length;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (folder._lock)
            {
                int taken = (int)Math.Min(bytes.Length, folder.Free);
                content.Position = offset;
                content.Write(bytes[..taken]);
                folder.Free -= taken;
                if (taken < bytes.Length)
                {
                    throw new IOException("No space left on device");
                }
            }
        }

        public void Sync()
        {
            if (folder.SyncFails)
            {
                throw new IOException("Input/output error");
            }

            folder.Synced.TrySetResult();
        }

        public void Dispose()
        {
        }
    }
}
