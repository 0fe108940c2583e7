using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Sessions.Connections;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions;

/// <summary>What all listeners share for the life of the server.</summary>
/// <param name="Staging">Where messages lie until they are committed.</param>
/// <param name="Store">The queue.</param>
/// <param name="Ids">Makes ids of transactions.</param>
/// <param name="Time">The clock.</param>
/// <param name="Metrics">The metrics.</param>
/// <param name="Events">The log of what happened to mail.</param>
/// <param name="Loggers">Makes loggers for operations.</param>
/// <param name="Snapshots">The valid configuration.</param>
/// <param name="Certificates">The certificates.</param>
/// <param name="Heartbeat">The tick that finds sessions over their time.</param>
/// <param name="Drain">Says when the server stops.</param>
/// <param name="Limits">Counts open connections.</param>
/// <param name="Dns">The resolver.</param>
public sealed record SessionServices(
    IStagingArea Staging,
    IMessageStore Store,
    MessageIdGenerator Ids,
    TimeProvider Time,
    IMetrics Metrics,
    IEventLog Events,
    ILoggerFactory Loggers,
    ISnapshotSource Snapshots,
    CertificateTable Certificates,
    Heartbeat Heartbeat,
    DrainSignal Drain,
    ConnectionLimits Limits,
    IDnsResolver Dns)
{
    /// <summary>Begins traces; <c>null</c>, the default, begins none.</summary>
    public Tracer? Tracer { get; init; }

    /// <summary>Finds the names of clients; <c>null</c>, the default, finds none.</summary>
    public IClientNames? ClientNames { get; init; }

    /// <summary>Room for messages that wait for filters, the same as the pipelines have; <c>null</c>, the default, when none may.</summary>
    public IPendingRoom? Pending { get; init; }
}
