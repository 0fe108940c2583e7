using System.Net;
using EdgeSmtp.Delivery;
using EdgeSmtp.Queue;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Admin;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Http;
using EdgeSmtp.Server.Reloading;
using EdgeSmtp.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>
/// The whole server. Start: queue, delivery, what watches, listeners, readiness. Stop: readiness, listeners, sessions, delivery, queue, and last what watches, so that
/// nothing is taken that cannot be stored and a drain can be seen from outside.
/// </summary>
internal sealed class ServerHost : IAsyncDisposable
{
    private static readonly TimeSpan WatchStopMax = TimeSpan.FromSeconds(2);

    private readonly ServerParts _parts;
    private readonly SnapshotHolder _snapshots;
    private readonly MessageStore _store;
    private readonly DeliveryService _delivery;
    private readonly MailServer _mail;
    private readonly WatchServer _watch;
    private readonly ServiceManager _manager = new();
    private bool _isStopped;

    private ServerHost(ServerParts parts, SnapshotHolder snapshots, MessageStore store, LoadedConfiguration loaded, ConfigurationLoader loader)
    {
        _parts = parts;
        _snapshots = snapshots;
        _store = store;
        _delivery = new DeliveryService(
            store, snapshots, parts.Dns, OwnIdentities.Of(parts.Options), parts.Time, parts.Metrics, parts.Events, parts.Loggers, parts.Ids, parts.Offers, parts.Tracer);
        Reloader = new Reloader(loaded, loader, new SnapshotFactory(parts.Pipelines, parts.Offers), snapshots, parts, _delivery.Wake);
        _mail = new MailServer(
            parts.Options.Listeners.Values,
            new SessionServices(
                parts.Staging, store, parts.Ids, parts.Time, parts.Metrics, parts.Events, parts.Loggers, snapshots,
                parts.Certificates, parts.Heartbeat, parts.Drain, parts.Limits, parts.Dns)
            {
                ClientNames = new ClientNameFinder(parts.Dns),
                Tracer = parts.Tracer,
            },
            parts.Loggers);
        _watch = new WatchServer(
            parts.Options.Http.Address,
            parts.Options.DataDirectory!,
            new WatchEndpoint(parts.Metrics, parts.Readiness),
            new AdminEndpoint(store, _delivery.Wake, cancellationToken => Reloader.ReloadAsync("the command line asks", cancellationToken)),
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
        _delivery.Start();
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
        DrainOptions limits = _parts.Options.Drain;
        _manager.Stopping();
        _parts.Readiness.Drain();
        await DelayAsync(limits.NoticeTime, hurry);
        await DrainSessionsAsync(limits.SessionsMax, hurry);
        await _delivery.StopAsync(hurry.IsCancellationRequested ? TimeSpan.Zero : limits.DeliveriesMax);
        await CloseAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await StopAsync(new CancellationToken(canceled: true));
        }

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
        await _snapshots.Current.Pipeline.DisposeAsync();
        _snapshots.Current.Access.Dispose();
        await _watch.StopAsync(late.Token);
    }
}
