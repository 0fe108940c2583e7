using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Tables;

/// <summary>
/// A bounded set whose members die, kept in a small text file so that it outlives a restart: one line each, seconds since 1970 and the key.
/// Meant for what may be lost: a crash loses what was added since the last write, and nothing is synced.
/// </summary>
/// <remarks>
/// Thread-safe. The file is written whole under another name and renamed, so a reader never sees half of it. Lines that do not parse are skipped; of
/// more than the capacity holds, those used last stay, as they stand last in the file. Two sets must not share a file. Dispose to write a last time.
/// </remarks>
/// <typeparam name="TKey">Type of the members; its text form holds no line end.</typeparam>
public sealed class PersistentTtlSet<TKey> : IAsyncDisposable
    where TKey : notnull, ISpanParsable<TKey>
{
    private const int LineLengthMax = 1024;

    // The capacity may have been larger when the file was written, and who was used last stands at its end. More than this is not ours.
    private const int LinesMax = 1_000_000;

    private readonly BoundedTtlTable<TKey, bool> _members;
    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PeriodicTimer? _timer;
    private readonly Task _saving;
    private readonly int _capacity;
    private int _dirty;

    /// <summary>Reads the file, if there is one, and starts to keep it up to date.</summary>
    /// <param name="path">The file; <c>null</c> for a set in memory only. Its folder must exist.</param>
    /// <param name="capacity">Members at most; the least recently used leaves first.</param>
    /// <param name="saveInterval">How often a changed set is written.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the file cannot be read or written.</param>
    public PersistentTtlSet(string? path, int capacity, TimeSpan saveInterval, TimeProvider time, ILogger logger)
    {
        _path = path;
        _capacity = capacity;
        _time = time;
        _logger = logger;
        _members = new BoundedTtlTable<TKey, bool>(capacity, time);
        if (path is null)
        {
            _saving = Task.CompletedTask;
            return;
        }

        Load(path);
        _timer = new PeriodicTimer(saveInterval, time);
        _saving = SaveAsTimePassesAsync(_timer, path);
    }

    /// <summary>Members now, those included that died and were not asked for since.</summary>
    public int Count => _members.Count;

    /// <summary>Whether a living member is there.</summary>
    /// <param name="key">The member.</param>
    public bool Contains(TKey key) => _members.TryGet(key, out _);

    /// <summary>Adds a member, or lets it live longer.</summary>
    /// <param name="key">The member.</param>
    /// <param name="ttl">How long it lives from now on.</param>
    public void Add(TKey key, TimeSpan ttl)
    {
        _members.Set(key, true, _time.GetUtcNow() + ttl);
        Volatile.Write(ref _dirty, 1);
    }

    /// <summary>Removes a member.</summary>
    /// <param name="key">The member.</param>
    public bool Remove(TKey key)
    {
        bool removed = _members.Remove(key);
        if (removed)
        {
            Volatile.Write(ref _dirty, 1);
        }

        return removed;
    }

    /// <summary>Writes the file when the set has changed since it was last written.</summary>
    public async Task SaveAsync()
    {
        if (_path is null || Interlocked.Exchange(ref _dirty, 0) == 0)
        {
            return;
        }

        try
        {
            string fresh = _path + ".new";
            await using (StreamWriter writer = new(fresh, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                foreach (TtlEntry<TKey, bool> entry in _members.Snapshot())
                {
                    await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{entry.DiesAt.ToUnixTimeSeconds()} {entry.Key}\n")).ConfigureAwait(false);
                }
            }

            File.Move(fresh, _path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _dirty, 1);
            PersistentTtlSetLog.NotWritten(_logger, _path, exception.Message);
        }
    }

    /// <summary>Writes a last time.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer?.Dispose();
        await _saving.ConfigureAwait(false);
        await SaveAsync().ConfigureAwait(false);
    }

    private async Task SaveAsTimePassesAsync(PeriodicTimer timer, string path)
    {
        try
        {
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                await SaveAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // SaveAsync handles a broken disk; whatever else ends the loop must be seen, for the set lives on without its file.
            PersistentTtlSetLog.NotWritten(_logger, path, exception.Message);
        }
    }

    private void Load(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        int skipped = 0;
        try
        {
            using StreamReader reader = new(path, Encoding.UTF8);
            for (int lines = 0; lines < Math.Max(LinesMax, _capacity) && reader.ReadLine() is { } line; lines++)
            {
                skipped += TryLoad(line) ? 0 : 1;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            PersistentTtlSetLog.NotRead(_logger, path, exception.Message);
        }

        if (skipped > 0)
        {
            PersistentTtlSetLog.Skipped(_logger, path, skipped);
        }
    }

    private bool TryLoad(ReadOnlySpan<char> line)
    {
        int space = line.IndexOf(' ');
        if (line.Length > LineLengthMax || space < 0
            || !long.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            || !TKey.TryParse(line[(space + 1)..], CultureInfo.InvariantCulture, out TKey? key))
        {
            return false;
        }

        DateTimeOffset diesAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (diesAt > _time.GetUtcNow())
        {
            _members.Set(key, true, diesAt);
        }

        return true;
    }
}
