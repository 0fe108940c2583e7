namespace EdgeSmtp.Server.Reloading;

/// <summary>
/// Notices changed files, and folders that gain or lose some, by asking for their size and time once a period. Asking works on every file system and with the symbolic links that container
/// platforms swap; the answer is taken only when it has stood still for a period, so that a file in the making is not read.
/// </summary>
internal sealed class FileWatcher : IDisposable
{
    /// <summary>How often it asks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Action _changed;
    private readonly ITimer _timer;
    private IReadOnlyList<string> _paths;
    private Stamp[] _known;
    private Stamp[]? _moving;

    /// <summary>Starts to watch.</summary>
    /// <param name="paths">Files and folders; one that is missing may come.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Called once for each change that has come to rest.</param>
    public FileWatcher(IReadOnlyList<string> paths, TimeProvider time, Action changed)
    {
        _paths = paths;
        _known = Read(paths);
        _changed = changed;
        _timer = time.CreateTimer(static watcher => ((FileWatcher)watcher!).Check(), this, Period, Period);
    }

    /// <summary>Watches these files. When they are the same as before, a change since the last look is still noticed.</summary>
    /// <param name="paths">The files.</param>
    public void Watch(IReadOnlyList<string> paths)
    {
        lock (_lock)
        {
            if (paths.SequenceEqual(_paths, StringComparer.Ordinal))
            {
                return;
            }

            _paths = paths;
            _known = Read(paths);
            _moving = null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        lock (_lock)
        {
            Stamp[] now = Read(_paths);
            if (now.AsSpan().SequenceEqual(_known))
            {
                _moving = null;
                return;
            }

            if (_moving is null || !now.AsSpan().SequenceEqual(_moving))
            {
                _moving = now;
                return;
            }

            _known = now;
            _moving = null;
        }

        _changed();
    }

    private static Stamp[] Read(IReadOnlyList<string> paths)
    {
        Stamp[] stamps = new Stamp[paths.Count];
        for (int i = 0; i < stamps.Length; i++)
        {
            stamps[i] = Stamp.Of(paths[i]);
        }

        return stamps;
    }

    private readonly record struct Stamp(long Length, long Ticks)
    {
        public static Stamp Of(string path)
        {
            try
            {
                FileInfo file = new(path);
                FileInfo target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return target.Exists ? new Stamp(target.Length, target.LastWriteTimeUtc.Ticks)
                    : Directory.Exists(path) ? new Stamp(0, Directory.GetLastWriteTimeUtc(path).Ticks)
                    : default;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }
    }
}
