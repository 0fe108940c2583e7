using EdgeSmtp.Client.Qmtp;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Delivery.Scheduling;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>One route, checked and ready. Immutable; compared by reference, so that a changed route gets new destinations after a reload.</summary>
public sealed class Route
{
    internal Route(string name, RouteOptions options, IReadOnlyList<NextHop> nextHops, SmtpClientOptions smtp, QmtpClientOptions qmtp, RetrySchedule schedule, DeliveryOptions common)
    {
        Name = name;
        Options = options;
        NextHops = nextHops;
        Smtp = smtp;
        Qmtp = qmtp;
        Schedule = schedule;
        Concurrency = options.Concurrency ?? common.PerDestinationConcurrencyMax;
        RecipientsMax = options.RecipientsPerTransactionMax ?? common.RecipientsPerTransactionMax;
    }

    /// <summary>Its name in the configuration.</summary>
    public string Name { get; }

    /// <summary>How messages are handed over.</summary>
    public TransportKind Transport => Options.Transport;

    /// <summary>Whether the recipient domain's mail exchangers are looked up.</summary>
    public bool UsesMx => Transport == TransportKind.Smtp && NextHops.Count == 0;

    /// <summary>Whether the message ends its way here, so that a report says delivered and not relayed.</summary>
    public bool IsFinal => Transport is TransportKind.Maildir or TransportKind.Lmtp;

    /// <summary>The configured next hops.</summary>
    public IReadOnlyList<NextHop> NextHops { get; }

    internal RouteOptions Options { get; }

    internal SmtpClientOptions Smtp { get; }

    internal QmtpClientOptions Qmtp { get; }

    internal RetrySchedule Schedule { get; }

    internal int Concurrency { get; }

    internal int RecipientsMax { get; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
