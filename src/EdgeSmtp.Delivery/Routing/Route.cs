using EdgeSmtp.Client.Qmtp;
using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Delivery.Scheduling;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>
/// One route, checked and ready. Immutable; compared by what it says, so that a reload leaves their destinations to the routes that did not change: what runs there, idle connections, what the next hop
/// offered. A changed route gets new ones.
/// </summary>
public sealed class Route : IEquatable<Route>
{
    /// <summary>The options without their lists, which compare by reference; what the lists say is in <see cref="NextHops"/>, <see cref="Smtp"/> and <see cref="Schedule"/>.</summary>
    private readonly RouteOptions _plain;

    internal Route(string name, RouteOptions options, IReadOnlyList<NextHop> nextHops, SmtpClientOptions smtp, QmtpClientOptions qmtp, RetrySchedule schedule, DeliveryOptions common)
    {
        Name = name;
        Options = options;
        _plain = options with { NextHop = [], SourceAddresses = [], RetryDelays = [] };
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
    public bool Equals(Route? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Name == other.Name
            && Concurrency == other.Concurrency
            && RecipientsMax == other.RecipientsMax
            && _plain == other._plain
            && Smtp == other.Smtp
            && Qmtp == other.Qmtp
            && Schedule.Equals(other.Schedule)
            && NextHops.SequenceEqual(other.NextHops));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Route);

    /// <inheritdoc />
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Name;
}
