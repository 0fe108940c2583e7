using EdgeSmtp.Toolkit.Files;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>
/// A cdb that is read again when it changes. Look-ups go to the old file or to the new one, never to something between; a file that is missing, cut short or no cdb
/// keeps what was read before, and is said so once for each change.
/// </summary>
/// <remarks>Thread-safe. Looks at size and time of the file. <see cref="CdbWriter"/> and <c>cdbmake</c> replace a file by renaming, which is how to change one.</remarks>
public sealed class ReloadedCdb : IAsyncDisposable
{
    private readonly string _path;
    private readonly FileWatch _watch;
    private CdbReader? _current;

    /// <summary>Reads the file for the first time and starts to watch it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="interval">How often to look.</param>
    /// <param name="required">Whether it must be there and right from the start. If not, look-ups are <see cref="CdbStatus.Unavailable"/> until it is, and an error is logged.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of every reload, and of every file refused.</param>
    /// <exception cref="InvalidDataException">It is required, and no cdb.</exception>
    /// <exception cref="IOException">It is required, and cannot be read.</exception>
    public ReloadedCdb(string path, TimeSpan interval, bool required, TimeProvider time, ILogger logger)
    {
        _path = path;
        _watch = new FileWatch(path, ExchangeAsync, logger);
        try
        {
            _current = CdbReader.Open(path);
        }
        catch (Exception exception) when (!required && exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            ReloadedFileLog.Refused(logger, path, exception.Message);
        }

        _watch.Start(interval, time);
    }

    /// <summary>Whether a file was read.</summary>
    public bool IsAvailable => Volatile.Read(ref _current) is not null;

    /// <summary>Whether a key is there.</summary>
    /// <param name="key">The key.</param>
    public CdbStatus Find(ReadOnlySpan<byte> key) => Find(key, withData: false, out _);

    /// <summary>Finds the first record of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">A copy of its data; empty when it is not found.</param>
    public CdbStatus Find(ReadOnlySpan<byte> key, out byte[] data) => Find(key, withData: true, out data);

    /// <summary>Looks at the file now.</summary>
    public Task RefreshAsync() => _watch.RefreshAsync();

    /// <summary>Stops watching and lets the memory go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        Interlocked.Exchange(ref _current, null)?.Dispose();
    }

    private CdbStatus Find(ReadOnlySpan<byte> key, bool withData, out byte[] data)
    {
        data = [];
        while (Volatile.Read(ref _current) is { } reader)
        {
            // A reader that was exchanged between these lines is disposed; the one in its place is not.
            if (reader.TryFind(key, withData, out CdbStatus status, out data))
            {
                return status;
            }
        }

        return CdbStatus.Unavailable;
    }

    private ValueTask ExchangeAsync()
    {
        CdbReader? old = Interlocked.Exchange(ref _current, CdbReader.Open(_path));
        old?.Dispose();
        return ValueTask.CompletedTask;
    }
}
