using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>
/// Knows which program and signatures the servers have, for the key of the verdict cache: new signatures make every finding old. Read again at intervals, while messages go on under
/// the version that is known; beyond twice the interval nothing is known, and nothing is remembered.
/// </summary>
internal sealed class VersionWatch(IReadOnlyList<ClamdServer> servers, TimeSpan interval, TimeProvider time, ILogger logger)
{
    // Servers that do not answer are not asked for every message.
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly string?[] _versions = new string?[servers.Count];
    private volatile Known? _known;
    private Task<Known>? _reading;

    /// <summary>The versions of all servers in one text. A server that does not answer counts with its last one.</summary>
    /// <param name="cancellationToken">Ends this wait.</param>
    /// <returns>The text; <c>null</c> when no server says.</returns>
    public ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        Known? known = _known;
        TimeSpan age = known is null ? TimeSpan.MaxValue : time.GetElapsedTime(known.ReadAt);
        if (known is not null && age < (known.Text is null ? RetryPause : interval))
        {
            return new(known.Text);
        }

        Task<Known> reading = ReadOnce();
        return known?.Text is not null && age < interval * 2 ? new(known.Text) : AwaitAsync(reading, cancellationToken);
    }

    private static async ValueTask<string?> AwaitAsync(Task<Known> reading, CancellationToken cancellationToken) =>
        (await reading.WaitAsync(cancellationToken).ConfigureAwait(false)).Text;

    private Task<Known> ReadOnce()
    {
        lock (_lock)
        {
            if (_reading is null || _reading.IsCompleted)
            {
                _reading = ReadAsync();
            }

            return _reading;
        }
    }

    private async Task<Known> ReadAsync()
    {
        string?[] read = await Task.WhenAll(servers.Select(static server => server.ReadVersionAsync().AsTask())).ConfigureAwait(false);
        for (int i = 0; i < read.Length; i++)
        {
            if (read[i] is { } version && version != _versions[i])
            {
                _versions[i] = version;
                ClamAvLog.Version(logger, servers[i].Address.ToString(), version);
            }
        }

        bool isAnyThere = read.Any(static version => version is not null);
        Known known = new(isAnyThere ? string.Join('|', _versions) : null, time.GetTimestamp());
        _known = known;
        return known;
    }

    private sealed record Known(string? Text, long ReadAt);
}
