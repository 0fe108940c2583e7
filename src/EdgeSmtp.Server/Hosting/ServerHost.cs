using System.Net;
using EdgeSmtp.Delivery;
using EdgeSmtp.Queue;
using EdgeSmtp.Queue.Quarantine;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Admin;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Http;
using EdgeSmtp.Server.PlugIns;
using EdgeSmtp.Server.Reloading;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Pending;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>
/// The whole server. Start: queue, delivery, the pending lane, what watches, listeners, readiness. Stop: readiness, listeners, sessions, the pending lane, delivery, queue, and last what watches, so that
/// nothing is taken that cannot be stored and a drain can be seen from outside.
/// </summary>
internal sealed partial class ServerHost : IAsyncDisposable
{
    private static readonly TimeSpan WatchStopMax = TimeSpan.FromSeconds(2);

    /// <summary>How long the stop waits for filters that do not let go. A call that holds its thread may do so for ever, and everything that must be kept is kept by then.</summary>
    private static readonly TimeSpan FilterStopMax = TimeSpan.FromSeconds(5);

    private readonly ServerParts _parts;
    private readonly SnapshotHolder _snapshots;
    private readonly MessageStore _store;
    private readonly DeliveryService _delivery;
    private readonly PendingLane _pending;
    private readonly QuarantineKeeper _quarantine;
    private readonly MailServer _mail;
    private readonly WatchServer _watch;
    private readonly ServiceManager _manager = new();
    private readonly UnloadWatch _unloads;
    private readonly ILogger<ServerHost> _logger;
    private bool _isStopped;

    private ServerHost(ServerParts parts, SnapshotHolder snapshots, MessageStore store, LoadedConfiguration loaded, ConfigurationLoader loader)
    {
        _parts = parts;
        _snapshots = snapshots;
        _store = store;
        _logger = parts.Loggers.CreateLogger<ServerHost>();
        _delivery = new DeliveryService(
            store, snapshots, parts.Dns, OwnIdentities.Of(parts.Options), parts.Time, parts.Metrics, parts.Events, parts.Loggers, parts.Ids, parts.Offers, parts.Tracer);
        Reloader = new Reloader(loaded, loader, new SnapshotFactory(parts.Pipelines, parts.Offers), snapshots, parts, _delivery.Wake);
        SessionServices services = new(
            parts.Staging, store, parts.Ids, parts.Time, parts.Metrics, parts.Events, parts.Loggers, snapshots,
            parts.Certificates, parts.Heartbeat, parts.Drain, parts.Limits, parts.Dns)
        {
            ClientNames = new ClientNameFinder(parts.Dns),
            Pending = parts.PendingRoom,
            Tracer = parts.Tracer,
        };
        _mail = new MailServer(parts.Options.Listeners.Values, services, parts.Loggers);
        parts.PendingRoom.Attach(store);
        _pending = new PendingLane(store, services, parts.PendingRoom, parts.Options.Pending, _delivery.Wake);
        _quarantine = new QuarantineKeeper(store, parts.Options.Quarantine, parts.Ids, parts.Time, parts.Metrics, parts.Events, parts.Loggers, _delivery.Wake);
        _unloads = new UnloadWatch(loader.PlugIns, new PlugInMetrics(parts.Metrics), parts.Loggers.CreateLogger<UnloadWatch>());
        _watch = new WatchServer(
            parts.Options.Http.Address,
            parts.Options.DataDirectory!,
            new WatchEndpoint(parts.Metrics, parts.Readiness),
            new AdminEndpoint(
                store, _delivery.Wake, cancellationToken => Reloader.ReloadAsync("the command line asks", cancellationToken), new QuarantineEndpoint(store, _quarantine, parts.Time), parts.Events.Captured),
            parts.Loggers);
    }

    /// <summary>Reads the configuration again.</summary>
    public Reloader Reloader { get; }

    /// <summary>Where each listener is bound.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> Addresses => _mail.Addresses;

    /// <summary>Where HTTP is bound, or <c>null</c>.</summary>
    public IPEndPoint? HttpAddress => _watch.Address;

    /// <summary>Makes the server and opens its queue; binds nothing yet.</summary>
    /// <param name="loaded">A valid configuration; takes what the filters find wrong.</param>
    /// <param name="loader">Reads it again.</param>
    /// <param name="loggers">Makes loggers; not owned.</param>
    /// <param name="time">The clock.</param>
    /// <param name="console">Opens standard output.</param>
    /// <returns>The server, or <c>null</c> when there are problems.</returns>
    /// <exception cref="IOException">The queue cannot be opened.</exception>
    public static async Task<ServerHost?> CreateAsync(LoadedConfiguration loaded, ConfigurationLoader loader, ILoggerFactory loggers, TimeProvider time, Func<Stream> console)
    {
        ServerParts parts = new(loaded.Options!, loggers, time, console);
        try
        {
            ServerSnapshot? snapshot = new SnapshotFactory(parts.Pipelines, parts.Offers).Create(loaded);
            loaded.AddErrors(parts.Certificates.Configure(loaded.Options!.Certificates).Select(static error => $"{nameof(ServerOptions.Certificates)}:{error}"));
            if (snapshot is not null && !loaded.Problems.HasErrors)
            {
                parts.Staging.RemoveLeftovers();
                MessageStore store = await MessageStore.OpenAsync(loaded.Options.Queue, parts.Staging, time, parts.Metrics, loggers, parts.Ids);
                return new ServerHost(parts, new SnapshotHolder(snapshot), store, loaded, loader);
            }
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }

        await parts.DisposeAsync();
        return null;
    }

    /// <summary>Begins to deliver, then to accept.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">An address is in use.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _parts.Heartbeat.Every(5, () => _parts.Certificates.ReloadChanged());
        _parts.Heartbeat.Every(5, _unloads.Look);
        _delivery.Start();
        _pending.Start();
        _quarantine.Start();
        await _watch.StartAsync(cancellationToken);
        await _mail.StartAsync(cancellationToken);
        _parts.Readiness.Start(_store);
        _manager.FeedWatchdog(_parts.Heartbeat);
        _manager.Ready();
    }

    /// <summary>SIGHUP: reads the configuration again, and opens log files anew.</summary>
    public void HangUp()
    {
        _parts.Events.Reopen();
        Reloader.Begin("SIGHUP");
    }

    /// <summary>Stops in the order that loses nothing.</summary>
    /// <param name="hurry">Ends every wait.</param>
    public async Task StopAsync(CancellationToken hurry)
    {
        _isStopped = true;
        DrainOptions limits = _snapshots.Whole.Drain;
        _manager.Stopping();
        _parts.Readiness.Drain();
        await DelayAsync(limits.NoticeTime, hurry);
        await DrainSessionsAsync(limits.SessionsMax, hurry);
        _quarantine.Dispose();
        await LeaveLateAsync(_pending.StopAsync());
        await _delivery.StopAsync(limits.DeliveriesMax, hurry);
        await CloseAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await StopAsync(new CancellationToken(canceled: true));
        }

        _pending.Dispose();
        _quarantine.Dispose();
        _delivery.Dispose();
        await _mail.DisposeAsync();
        await _watch.DisposeAsync();
        await _parts.DisposeAsync();
    }

    private async Task DelayAsync(TimeSpan time, CancellationToken hurry)
    {
        if (time > TimeSpan.Zero && !hurry.IsCancellationRequested)
        {
            await Task.Delay(time, _parts.Time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DrainSessionsAsync(TimeSpan timeMax, CancellationToken hurry)
    {
        using CancellationTokenSource late = new(timeMax, _parts.Time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, hurry);

        // Unbinding comes first within the stop, so that a client that gets 421 does not come back to us.
        Task stopped = _mail.StopAsync(end.Token);
        _parts.Drain.Begin();
        await stopped;
    }

    private async Task CloseAsync()
    {
        using CancellationTokenSource late = new(WatchStopMax, _parts.Time);
        await _store.DisposeAsync();
        Reloader.Dispose();
        await _watch.StopAsync(late.Token);
        await LeaveLateAsync(_snapshots.Whole.DisposeAsync().AsTask());
    }

    /// <summary>Waits for what ends with the last call of a filter. The process ends soon, and the call with it.</summary>
    private async Task LeaveLateAsync(Task ended)
    {
        await ended.WaitAsync(FilterStopMax, _parts.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ended.IsCompleted)
        {
            await ended;
        }
        else
        {
            LogLeftBehind();
        }
    }

    [LoggerMessage(EventId = 819, Level = LogLevel.Warning, Message = "Calls of filters have not ended; the server stops without them.")]
    private partial void LogLeftBehind();
}
