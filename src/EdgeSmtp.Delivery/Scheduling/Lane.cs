using EdgeSmtp.Client.Qmtp;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Delivery.Transports;

namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>One destination: what waits for it, what runs, and its idle connections. The queue and the counts are guarded by the scheduler's lock.</summary>
internal sealed class Lane(LaneKey key, ITransport transport, RouteMeters meters, TimeProvider time)
{
    public Route Route { get; } = key.Route;

    /// <summary>Domain whose mail exchangers are looked up; else empty.</summary>
    public string Domain { get; } = key.Domain;

    public LaneKey Key { get; } = key;

    public ITransport Transport { get; } = transport;

    public RouteMeters Meters { get; } = meters;

    public Queue<DeliveryBatch> Waiting { get; } = new();

    /// <summary>Content of the messages in <see cref="Waiting"/>, in bytes; a message with two batches counts twice.</summary>
    public long WaitingBytes { get; set; }

    public int Running { get; set; }

    /// <summary>Whether it stands in the line of destinations that could start if there were a free place.</summary>
    public bool IsInLine { get; set; }

    public ConnectionPool<SmtpClientConnection> SmtpConnections { get; } = new(time, static connection => connection.IsUsable, static connection => connection.QuitAsync());

    public ConnectionPool<QmtpClientConnection> QmtpConnections { get; } = new(time, static connection => connection.IsUsable, Dispose);

    /// <summary>When somebody asked for it last, as a timestamp of the clock. Guarded by the table's lock.</summary>
    public long LastUsed { get; set; }

    public bool CanStart => Waiting.Count > 0 && Running < Route.Concurrency;

    private static ValueTask Dispose(QmtpClientConnection connection)
    {
        connection.Dispose();
        return ValueTask.CompletedTask;
    }
}
