using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery;

/// <summary>Settings of delivery as a whole. Each route can narrow some of them.</summary>
public sealed record DeliveryOptions
{
    /// <summary>Our fully qualified name: EHLO, reports, file names.</summary>
    public required string Hostname { get; init; }

    /// <summary>Who gets mail to postmaster and double bounces.</summary>
    public required MailPath Postmaster { get; init; }

    /// <summary>The data directory, for <c>{DataDirectory}</c> in paths.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Names that also mean this host when a mail exchanger has them, besides <see cref="Hostname"/>; in lower-case A-labels.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];

    /// <summary>Route of mail to domains that are not ours.</summary>
    /// <value>Default <see cref="RouteTable.MxRouteName"/>, which is always there.</value>
    public string DefaultRoute { get; init; } = RouteTable.MxRouteName;

    /// <summary>Route of mail from the null sender to domains that are not ours (qmail's <c>!@</c>); <c>null</c>: like all other.</summary>
    public string? BounceRoute { get; init; }

    /// <summary>Transactions at once, all destinations together; 1 to 65,535.</summary>
    /// <value>Default 509, the largest that a qmail with default limits could run.</value>
    public int RemoteConcurrencyMax { get; init; } = 509;

    /// <summary>Transactions at once to one destination: a route with next hops, or a domain reached by mail exchangers.</summary>
    /// <value>Default 20.</value>
    public int PerDestinationConcurrencyMax { get; init; } = 20;

    /// <summary>Recipients in one transaction.</summary>
    /// <value>Default 100, which every server must take (RFC 5321 §4.5.3.1.8).</value>
    public int RecipientsPerTransactionMax { get; init; } = 100;

    /// <summary>Messages taken out of the store at once, running and waiting. At the limit the rest stays in the store.</summary>
    /// <value>Default 20,000.</value>
    public int ActiveMessagesMax { get; init; } = 20_000;

    /// <summary>Content of those messages in bytes. At the limit the rest stays in the store; one message always goes.</summary>
    /// <value>Default 256 MiB.</value>
    public long ActiveBytesMax { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// Transactions waiting for one destination once more than half of <see cref="ActiveMessagesMax"/> or <see cref="ActiveBytesMax"/> is taken. Above it, or above an eighth of the bytes, messages go
    /// back to the store for <see cref="BacklogDelay"/>, so that one slow destination never keeps others from being taken out.
    /// </summary>
    /// <value>Default 500.</value>
    public int DestinationBacklogMax { get; init; } = 500;

    /// <summary>How long messages stay away from a destination with a full backlog; up to twice as long by chance.</summary>
    /// <value>Default 2 s.</value>
    public TimeSpan BacklogDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time for one address to take a connection.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for each step of a dialogue.</summary>
    public SmtpTimeouts Timeouts { get; init; } = SmtpTimeouts.Default;

    /// <summary>How long an idle connection waits for the next message.</summary>
    /// <value>Default 5 s.</value>
    public TimeSpan IdleConnectionTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Transactions over one connection.</summary>
    /// <value>Default 100.</value>
    public int TransactionsPerConnectionMax { get; init; } = 100;

    /// <summary>Age at which a connection is not used again.</summary>
    /// <value>Default 5 min.</value>
    public TimeSpan ConnectionAgeMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Addresses tried in one attempt.</summary>
    /// <value>Default 8.</value>
    public int AddressesPerAttemptMax { get; init; } = 8;

    /// <summary>How long an address that let two connections in a row time out is left alone (qmail's tcpto), when it is a mail exchanger; a quarter more or less by chance.</summary>
    /// <value>Default 10 min.</value>
    public TimeSpan DeadHostTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The same for addresses of configured next hops, which come back as soon as somebody has seen to them.</summary>
    /// <value>Default 15 s.</value>
    public TimeSpan DeadNextHopTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Delays between attempts, the last one repeated; empty: qmail's quadratic schedule, with 20 for remote and 10 for local routes.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } = [];

    /// <summary>Age from which a temporary failure is final.</summary>
    /// <value>Default 5 days (RFC 5321 §4.5.4.1 asks for at least 4 to 5).</value>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(5);

    /// <summary>The same for mail from the null sender.</summary>
    /// <value>Default 2 days.</value>
    public TimeSpan BounceLifetime { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Delay that is reported to senders who asked for it with NOTIFY=DELAY; zero for never.</summary>
    /// <value>Default 4 h.</value>
    public TimeSpan DelayWarningAfter { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Whether the delay is also reported to senders who said nothing (RFC 3461 §4.1 leaves it open).</summary>
    /// <value>Default no.</value>
    public bool DelayWarningUnasked { get; init; }

    /// <summary>Reports made in a minute. Above it the failed recipients stay in the queue until there is room again: no report is lost.</summary>
    /// <value>Default 600.</value>
    public int ReportsPerMinuteMax { get; init; } = 600;

    /// <summary>Largest header returned in a report, in bytes; a larger one is cut at a field.</summary>
    /// <value>Default 64 KiB.</value>
    public int ReportHeaderBytesMax { get; init; } = 64 * 1024;

    /// <summary>Threads that write Maildirs and wait for the disk.</summary>
    /// <value>Default 4; 1 to 64.</value>
    public int MaildirThreads { get; init; } = 4;

    /// <summary>Collects what is wrong with these settings.</summary>
    /// <param name="errors">Takes one sentence for each mistake.</param>
    public void Check(ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (DomainName.ToALabel(Hostname) is null) errors.Add($"Hostname: '{Hostname}' is not a name.");
        if (Postmaster.DomainALabel.Length == 0 || Postmaster.IsNull) errors.Add("Postmaster: must be an address with a domain.");
        if (RemoteConcurrencyMax is < 1 or > 65_535) errors.Add("Delivery:RemoteConcurrencyMax: must be 1 to 65535.");
        if (PerDestinationConcurrencyMax is < 1 or > 65_535) errors.Add("Delivery:PerDestinationConcurrencyMax: must be 1 to 65535.");
        if (RecipientsPerTransactionMax < 1) errors.Add("Delivery:RecipientsPerTransactionMax: must be at least 1.");
        if (ActiveMessagesMax < 1 || ActiveBytesMax < 1 || DestinationBacklogMax < 1) errors.Add("Delivery: ActiveMessagesMax, ActiveBytesMax and DestinationBacklogMax must be at least 1.");
        if (TransactionsPerConnectionMax < 1 || AddressesPerAttemptMax < 1) errors.Add("Delivery: TransactionsPerConnectionMax and AddressesPerAttemptMax must be at least 1.");
        if (ReportsPerMinuteMax < 1) errors.Add("Delivery:ReportsPerMinuteMax: must be at least 1.");
        if (MaildirThreads is < 1 or > 64) errors.Add("Delivery:MaildirThreads: must be 1 to 64.");
        if (Lifetime <= TimeSpan.Zero || BounceLifetime <= TimeSpan.Zero || BacklogDelay <= TimeSpan.Zero) errors.Add("Delivery: Lifetime, BounceLifetime and BacklogDelay must be above zero.");
        foreach (TimeSpan delay in RetryDelays)
        {
            if (delay > TimeSpan.Zero) continue;
            errors.Add("Delivery:RetryDelays: every delay must be above zero.");
            break;
        }

    }
}
