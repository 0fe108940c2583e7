using EdgeSmtp.Queue.FileSystem;

namespace EdgeSmtp.Testing.FileSystem;

/// <summary>
/// A disk in memory that can stop at any change made to it, and then holds what a real one might: any subset of the writes since each file's last fdatasync, torn at
/// sectors, and any of the names that a file had since its folder was last synced. It can also be full, fail single calls, and rot. Thread-safe.
/// </summary>
/// <remarks>kill −9 on a real machine keeps the page cache and so proves nothing about syncs; this does.</remarks>
public sealed class FaultFileSystem : IQueueFileSystem
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FaultInode> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<FaultInode?>> _history = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _failures = [];
    private readonly Dictionary<string, int> _unreadable = new(StringComparer.Ordinal);
    private bool _crashed;
    private bool _locked;

    /// <summary>Calls so far that change something or sync: creating, writing, renaming, deleting, fdatasync, folder sync.</summary>
    public int Calls { get; private set; }

    /// <summary>The call, counted from 1, at which the machine stops; 0 for never. A change of that call is made but not synced; a sync is not made.</summary>
    public int CrashAtCall { get; set; }

    /// <summary>Bytes that all files together may have; beyond: ENOSPC. Default: no bound.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Whether fdatasync and folder syncs do nothing. A crash test that still passes then tests nothing.</summary>
    public bool IgnoreSyncs { get; set; }

    /// <summary>Told about each counted call, before its effect: number, name of the call, and path.</summary>
    public Action<int, string, string>? OnCall { get; set; }

    /// <summary>Makes one call fail; a write then leaves its first half behind.</summary>
    /// <param name="call">Which, counted from 1.</param>
    /// <param name="errno">How, such as <see cref="DiskErrors.InputOutput"/>.</param>
    public void FailAt(int call, int errno) => _failures[call] = errno;

    /// <summary>Makes reads of a file fail.</summary>
    /// <param name="path">The file.</param>
    /// <param name="errno">How.</param>
    public void MakeUnreadable(string path, int errno = DiskErrors.InputOutput) => _unreadable[path] = errno;

    /// <summary>Takes <see cref="MakeUnreadable"/> back.</summary>
    /// <param name="path">The file.</param>
    public void MakeReadable(string path) => _unreadable.Remove(path);

    /// <summary>Flips one bit of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Of the byte.</param>
    public void Rot(string path, int offset)
    {
        lock (_lock)
        {
            _names[path].Rot(offset);
        }
    }

    /// <summary>What a file holds, as a reader sees it.</summary>
    /// <param name="path">The file.</param>
    public byte[] ReadAll(string path)
    {
        lock (_lock)
        {
            return _names[path].Content.ToArray();
        }
    }

    /// <summary>The process was killed and the machine was not: the next one finds everything that was written, durable or not.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _crashed = false;
            _locked = false;
            CrashAtCall = 0;
        }
    }

    /// <summary>The machine after the power came back: what was durable, and of the rest what chance left.</summary>
    /// <param name="seed">Chooses; the same for the same number.</param>
    /// <param name="damage">What happens to what was not synced.</param>
    public FaultFileSystem AfterCrash(int seed, CrashDamage damage = CrashDamage.Random)
    {
        lock (_lock)
        {
            Random random = new(seed);
            FaultFileSystem next = new();
            Dictionary<FaultInode, FaultInode> images = [];
            List<string> names = [.. _names.Keys.Union(_history.Keys, StringComparer.Ordinal)];
            names.Sort(StringComparer.Ordinal);
            foreach (string name in names)
            {
                if (Survivor(name, damage, random) is { } inode)
                {
                    if (!images.TryGetValue(inode, out FaultInode? image))
                    {
                        image = FaultInode.Of(inode.AfterCrash(damage, random));
                        images.Add(inode, image);
                    }

                    next._names.Add(name, image);
                }
            }

            return next;
        }
    }

    /// <inheritdoc />
    public void CreateDirectory(string path)
    {
    }

    /// <inheritdoc />
    public IReadOnlyList<string> List(string path)
    {
        lock (_lock)
        {
            List<string> names = [];
            foreach (string name in _names.Keys)
            {
                if (string.Equals(Path.GetDirectoryName(name), path, StringComparison.Ordinal))
                {
                    names.Add(Path.GetFileName(name));
                }
            }

            return names;
        }
    }

    /// <inheritdoc />
    public IQueueFile Open(string path, QueueFileAccess access)
    {
        lock (_lock)
        {
            ThrowIfCrashed();
            if (!_names.TryGetValue(path, out FaultInode? inode))
            {
                if (access != QueueFileAccess.Create)
                {
                    throw new FileNotFoundException("No such file.", path);
                }

                bool stops = Begin("create", path);
                inode = new FaultInode();
                Bind(path, inode);
                End(stops);
            }

            return new FaultFile(this, path, inode);
        }
    }

    /// <inheritdoc />
    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            bool stops = Begin("rename", to);
            Bind(to, _names[from]);
            Bind(from, null);
            End(stops);
        }
    }

    /// <inheritdoc />
    public void Delete(string path)
    {
        lock (_lock)
        {
            bool stops = Begin("delete", path);
            Bind(path, null);
            End(stops);
        }
    }

    /// <inheritdoc />
    public void SyncDirectory(string path)
    {
        lock (_lock)
        {
            if (Begin("syncdir", path))
            {
                End(stops: true);
            }

            if (!IgnoreSyncs)
            {
                _history.Clear();
            }
        }
    }

    /// <inheritdoc />
    public long AvailableBytes(string path)
    {
        lock (_lock)
        {
            return Math.Max(Capacity - Used(), 0);
        }
    }

    /// <inheritdoc />
    public IDisposable Lock(string path)
    {
        lock (_lock)
        {
            if (_locked)
            {
                throw new IOException("The directory is locked by another process.");
            }

            _locked = true;
            return new Held(this);
        }
    }

    internal T Look<T>(Func<T> look)
    {
        lock (_lock)
        {
            return look();
        }
    }

    internal int Read(string path, FaultInode inode, int offset, Span<byte> buffer)
    {
        lock (_lock)
        {
            ThrowIfCrashed();
            if (_unreadable.TryGetValue(path, out int errno))
            {
                throw new IOException($"read {path}", errno);
            }

            int count = Math.Clamp(inode.Length - offset, 0, buffer.Length);
            if (count > 0)
            {
                inode.Content.Slice(offset, count).CopyTo(buffer);
            }

            return count;
        }
    }

    internal void Write(string path, FaultInode inode, int offset, ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            bool stops;
            try
            {
                stops = Begin("write", path);
            }
            catch (IOException)
            {
                inode.Write(offset, data[..(data.Length / 2)]);
                throw;
            }

            if (Used() + Math.Max(offset + data.Length - inode.Length, 0) > Capacity)
            {
                throw new IOException($"write {path}", DiskErrors.NoSpace);
            }

            inode.Write(offset, data);
            End(stops);
        }
    }

    internal void Sync(string path, FaultInode inode)
    {
        lock (_lock)
        {
            if (Begin("fdatasync", path))
            {
                End(stops: true);
            }

            if (!IgnoreSyncs)
            {
                inode.Sync();
            }
        }
    }

    private bool Begin(string call, string path)
    {
        ThrowIfCrashed();
        Calls++;
        OnCall?.Invoke(Calls, call, path);
        if (_failures.TryGetValue(Calls, out int errno))
        {
            throw new IOException($"{call} {path}", errno);
        }

        return Calls == CrashAtCall;
    }

    private void End(bool stops)
    {
        if (stops)
        {
            _crashed = true;
            ThrowIfCrashed();
        }
    }

    private void ThrowIfCrashed()
    {
        if (_crashed)
        {
            throw new SimulatedCrashException();
        }
    }

    private void Bind(string name, FaultInode? inode)
    {
        if (!_history.TryGetValue(name, out List<FaultInode?>? history))
        {
            history = [_names.GetValueOrDefault(name)];
            _history.Add(name, history);
        }

        history.Add(inode);
        if (inode is null)
        {
            _names.Remove(name);
        }
        else
        {
            _names[name] = inode;
        }
    }

    /// <summary>Names are independent of each other after a crash: any one may be as it was at any time since its folder was synced.</summary>
    private FaultInode? Survivor(string name, CrashDamage damage, Random random)
    {
        if (!_history.TryGetValue(name, out List<FaultInode?>? history))
        {
            return _names[name];
        }

        return damage switch
        {
            CrashDamage.DropAll => history[0],
            CrashDamage.KeepAll => history[^1],
            _ => history[random.Next(history.Count)],
        };
    }

    private long Used()
    {
        long used = 0;
        foreach (FaultInode inode in _names.Values)
        {
            used += inode.Length;
        }

        return used;
    }

    private sealed class Held(FaultFileSystem owner) : IDisposable
    {
        public void Dispose() => owner._locked = false;
    }
}
