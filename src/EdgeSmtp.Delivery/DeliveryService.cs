using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Hosts;
using EdgeSmtp.Delivery.Maildirs;
using EdgeSmtp.Delivery.Reports;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Delivery.Scheduling;
using EdgeSmtp.Delivery.Transports;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Delivery;

/// <summary>
/// Takes messages out of the store and delivers them (<c>docs/delivery.md</c>). Never holds up intake: what it cannot take stays in the store and is found there later. <see cref="Start"/> once,
/// <see cref="StopAsync"/> once, then dispose.
/// </summary>
public sealed class DeliveryService : IDisposable
{
    private readonly IntakeLoop _intake;
    private readonly LaneScheduler _scheduler;
    private readonly ActiveSet _active;
    private readonly Signal _signal = new();
    private readonly AttemptRunner _runner;
    private readonly LaneTable _lanes;
    private readonly MaildirThreads _maildirs;
    private readonly CancellationTokenSource _abort = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;

    /// <summary>Creates the service; nothing happens before <see cref="Start"/>.</summary>
    /// <param name="store">The queue.</param>
    /// <param name="snapshots">The configuration.</param>
    /// <param name="dns">The resolver.</param>
    /// <param name="self">Who we are: listeners, names and addresses of this host, so that mail is not sent back to ourselves.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Takes the series of <see cref="DeliveryMetrics"/>.</param>
    /// <param name="events">Takes one line for each recipient of each attempt.</param>
    /// <param name="loggers">Makes the logger.</param>
    /// <param name="ids">Makes the ids of reports.</param>
    /// <param name="offers">Remembers what next hops offer; <c>null</c> when nobody asks.</param>
    /// <param name="tracer">Begins the spans of attempts; <c>null</c>, the default, traces none.</param>
    public DeliveryService(
        IMessageStore store, IDeliverySnapshotSource snapshots, IDnsResolver dns, OwnIdentity self, TimeProvider time, IMetrics metrics, IEventLog events, ILoggerFactory loggers, MessageIdGenerator ids,
        HopOffers? offers = null, Tracer? tracer = null)
        : this(store, snapshots, dns, self, time, metrics, events, loggers, ids, offers ?? new HopOffers(time), new LinuxMaildirFiles(), Random.Shared, tracer)
    {
    }

    internal DeliveryService(
        IMessageStore store, IDeliverySnapshotSource snapshots, IDnsResolver dns, OwnIdentity self, TimeProvider time, IMetrics metrics, IEventLog events, ILoggerFactory loggers, MessageIdGenerator ids,
        HopOffers offers, IMaildirFiles files, Random random, Tracer? tracer = null)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        DeliveryOptions options = snapshots.Current.Options;
        _time = time;
        _logger = loggers.CreateLogger<DeliveryService>();
        _active = new ActiveSet(_signal, metrics);
        _maildirs = new MaildirThreads(new MaildirWriter(files, new MaildirName(options.Hostname, time)), options.MaildirThreads);
        HostReach reach = new(new HostPlanner(dns, self, random), new UnreachableHosts(time, random));
        TransportSet transports = new(new SmtpTransport(reach, offers, time, _logger), new QmtpTransport(reach, time), new MaildirTransport(_maildirs), new DiscardTransport());
        AttemptJudge judge = new(ids, new ReportLimiter(time), random, time, metrics, _logger);
        _runner = new AttemptRunner(store, judge, new AttemptEvents(events, time), _active, metrics, time, _logger, _abort.Token, tracer);
        _scheduler = new LaneScheduler(_runner.RunAsync);
        _lanes = new LaneTable(transports, metrics, time);
        _intake = new IntakeLoop(store, snapshots, _lanes, _scheduler, _runner, _active, _signal, time, _logger);
    }

    /// <summary>Begins to deliver.</summary>
    public void Start() => _running = _intake.RunAsync();

    /// <summary>Looks for due messages now: after an operator has made some due, or the configuration has changed.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Takes nothing more out, lets running transactions finish, and gives the rest back to the store, due at once.</summary>
    /// <param name="grace">How long running transactions may take; what runs longer is cut off, and whoever was undecided may get it twice.</param>
    /// <param name="hurry">Ends the grace.</param>
    public async Task StopAsync(TimeSpan grace, CancellationToken hurry)
    {
        _intake.Stop();
        await _running;
        _scheduler.Stop();
        _runner.ReleaseWaiting();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        Task finished = _active.WhenEmpty();
        await Task.WhenAny(finished, Task.Delay(grace, _time, enough.Token));
        await enough.CancelAsync();
        if (!finished.IsCompleted)
        {
            DeliveryLog.CutOff(_logger, _scheduler.Running);
            await _abort.CancelAsync();
            await finished;
        }

        _lanes.CloseIdle();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _maildirs.Dispose();
        _intake.Dispose();
        _abort.Dispose();
    }
}
