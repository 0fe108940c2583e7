using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Files;

/// <summary>Has a file read again when its size or time changes. A file that cannot be taken is said so once for each change.</summary>
public sealed class FileWatch : IAsyncDisposable
{
    private readonly string _path;
    private readonly Func<ValueTask> _reload;
    private readonly ILogger _logger;
    private FileStamp _stamp;
    private PeriodicTimer? _timer;
    private Task _watching = Task.CompletedTask;

    /// <summary>Notes what the file looks like now: the owner reads it next.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reload">Takes the new file, or throws what files and their contents throw.</param>
    /// <param name="logger">Told of every reload, and of every file refused.</param>
    public FileWatch(string path, Func<ValueTask> reload, ILogger logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(reload);
        ArgumentNullException.ThrowIfNull(logger);
        _path = path;
        _reload = reload;
        _logger = logger;
        _stamp = FileStamp.Of(path);
    }

    /// <summary>Begins to look.</summary>
    /// <param name="interval">How often.</param>
    /// <param name="time">The clock.</param>
    public void Start(TimeSpan interval, TimeProvider time)
    {
        _timer = new PeriodicTimer(interval, time);
        _watching = WatchAsync(_timer);
    }

    /// <summary>Looks now.</summary>
    public async Task RefreshAsync()
    {
        try
        {
            FileStamp stamp = FileStamp.Of(_path);
            if (stamp == _stamp)
            {
                return;
            }

            // Noted before it is read: what changes while it is read has yet another stamp.
            _stamp = stamp;
            await _reload().ConfigureAwait(false);
            ReloadedFileLog.Reloaded(_logger, _path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            ReloadedFileLog.Refused(_logger, _path, exception.Message);
        }
    }

    /// <summary>Stops looking.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer?.Dispose();
        await _watching.ConfigureAwait(false);
    }

    private async Task WatchAsync(PeriodicTimer timer)
    {
        try
        {
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                await RefreshAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // A reader with a bug must not end the server, and not go unseen either.
            ReloadedFileLog.Refused(_logger, _path, exception.ToString());
        }
    }
}
