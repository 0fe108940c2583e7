using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Replay;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSmtp.Server.Replay;

/// <summary>One configuration to which recorded sessions are put. Its filters begin with nothing remembered, in an empty data directory of their own, and see the time of the record.</summary>
internal sealed class ReplayRun : IAsyncDisposable
{
    private readonly LoadedConfiguration _loaded;
    private readonly SessionSnapshot _snapshot;
    private readonly RecordedDns _dns;
    private readonly ReplayClock _clock;
    private readonly ReplayEvents _events;
    private readonly StagingArea _staging;
    private readonly string _folder;

    private ReplayRun(LoadedConfiguration loaded, SessionSnapshot snapshot, RecordedDns dns, ReplayClock clock, ReplayEvents events, string folder)
    {
        _loaded = loaded;
        _snapshot = snapshot;
        _dns = dns;
        _clock = clock;
        _events = events;
        _folder = folder;
        _staging = new StagingArea(loaded.Options!.Staging);
    }

    /// <summary>Makes what sessions need of a configuration.</summary>
    /// <param name="loaded">The configuration; takes what is wrong with it.</param>
    /// <param name="dns">The resolver.</param>
    /// <returns><c>null</c> when something is wrong.</returns>
    public static ReplayRun? Create(LoadedConfiguration loaded, RecordedDns dns)
    {
        if (!loaded.IsValid)
        {
            return null;
        }

        string folder = Directory.CreateTempSubdirectory("edgesmtp-replay-").FullName;
        ReplayClock clock = new();
        ReplayEvents events = new(clock);
        PipelineBuilder builder = new(dns, clock, new MetricRecorder(), events, NullLoggerFactory.Instance);
        LoadedConfiguration own = loaded with { Options = loaded.Options with { DataDirectory = folder } };
        ServerSnapshot? snapshot = new SnapshotFactory(builder, new HopOffers(clock)).Create(own);
        if (snapshot is not null)
        {
            return new ReplayRun(own, snapshot.Session, dns, clock, events, folder);
        }

        Directory.Delete(folder, recursive: true);
        return null;
    }

    /// <summary>Whether a listener of that name is there.</summary>
    public bool Has(string listener) => _loaded.Options!.Listeners.ContainsKey(listener);

    /// <summary>Puts a session to the filters.</summary>
    /// <param name="recorded">The session, over a listener that is there.</param>
    /// <returns>The record of it now, and what could not be replayed.</returns>
    public async Task<(CapturedSession Session, ReplayResult Result)> RunAsync(CapturedSession recorded)
    {
        _dns.AsOf = recorded.Ended;
        SessionReplay replay = new(_loaded.Options!.Listeners[recorded.Listener], _snapshot, _staging, _clock, _events, NullLogger.Instance);
        ReplayResult result = await replay.RunAsync(recorded, now => _clock.Now = now);
        return (_events.Last!, result);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _snapshot.Pipeline.DisposeAsync();
        _snapshot.Access.Dispose();
        _staging.Close();
        Directory.Delete(_folder, recursive: true);
    }
}
