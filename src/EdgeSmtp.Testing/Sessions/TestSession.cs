using System.Net;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Testing.Sessions;

/// <summary>A session whose every value the test sets. The defaults are those of an ordinary mail server calling: SMTP in clear from 192.0.2.1, after EHLO.</summary>
public sealed class TestSession : Session, IDisposable
{
    private readonly CancellationTokenSource _aborted = new();

    /// <inheritdoc />
    public override string Id { get; } = "test-session-001";

    /// <inheritdoc />
    public override string Listener => ListenerName;

    /// <summary>What <see cref="Listener"/> says. Default <c>mx</c>.</summary>
    public string ListenerName { get; set; } = "mx";

    /// <inheritdoc />
    public override SessionProtocol Protocol => ProtocolInUse;

    /// <summary>What <see cref="Protocol"/> says. Default SMTP.</summary>
    public SessionProtocol ProtocolInUse { get; set; }

    /// <inheritdoc />
    public override IPEndPoint Client => ClientEndPoint;

    /// <summary>What <see cref="Client"/> says. Default 192.0.2.1:40000.</summary>
    public IPEndPoint ClientEndPoint { get; set; } = new(IPAddress.Parse("192.0.2.1"), 40000);

    /// <inheritdoc />
    public override IPEndPoint Local => LocalEndPoint;

    /// <summary>What <see cref="Local"/> says. Default 192.0.2.25:25.</summary>
    public IPEndPoint LocalEndPoint { get; set; } = new(IPAddress.Parse("192.0.2.25"), 25);

    /// <inheritdoc />
    public override string? ClientName => ReverseDns;

    /// <inheritdoc />
    public override Task<ClientNameAnswer>? ClientNameLookup => NameLookup;

    /// <summary>What <see cref="ClientNameLookup"/> says. Default none.</summary>
    public Task<ClientNameAnswer>? NameLookup { get; set; }

    /// <summary>What <see cref="ClientName"/> says. Default none.</summary>
    public string? ReverseDns { get; set; }

    /// <inheritdoc />
    public override DateTimeOffset Started { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <inheritdoc />
    public override HelloKind HelloKind => HelloText is null ? HelloKind.None : HelloKindGiven;

    /// <summary>What <see cref="HelloKind"/> says once there is a HELO. Default EHLO.</summary>
    public HelloKind HelloKindGiven { get; set; } = HelloKind.Ehlo;

    /// <inheritdoc />
    public override string? Hello => HelloText;

    /// <summary>What <see cref="Hello"/> says. Default <c>client.example</c>.</summary>
    public string? HelloText { get; set; } = "client.example";

    /// <inheritdoc />
    public override TlsInfo? Tls => TlsInUse;

    /// <summary>What <see cref="Tls"/> says. Default clear text.</summary>
    public TlsInfo? TlsInUse { get; set; }

    /// <inheritdoc />
    public override string? AuthenticatedUser => User;

    /// <summary>What <see cref="AuthenticatedUser"/> says. Default nobody.</summary>
    public string? User { get; set; }

    /// <inheritdoc />
    public override bool MayRelay => Relay;

    /// <summary>What <see cref="MayRelay"/>, and with it the fact <c>relay</c>, says. Default no.</summary>
    public bool Relay { get; set; }

    /// <summary>What <see cref="Recipient.IsUnverified"/> of its recipients says: whether their domains leave it to filters which mailboxes exist. Default no.</summary>
    public bool RecipientsAreUnverified { get; set; }

    /// <inheritdoc />
    public override int Refusals => RefusalsGiven;

    /// <summary>What <see cref="Refusals"/> says. Default 0.</summary>
    public int RefusalsGiven { get; set; }

    /// <inheritdoc />
    public override CancellationToken Aborted => _aborted.Token;

    /// <summary>The longest delay that filters asked for.</summary>
    public TimeSpan GreetingHeld { get; private set; }

    /// <summary>Gives the session up: reset, deadline, shutdown.</summary>
    public void Abort() => _aborted.Cancel();

    /// <inheritdoc />
    public override void HoldGreeting(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromMinutes(4));
        GreetingHeld = delay > GreetingHeld ? delay : GreetingHeld;
    }

    /// <inheritdoc />
    public override int InvalidRecipients => InvalidRecipientsSoFar;

    /// <summary>What <see cref="InvalidRecipients"/> says. Default 0.</summary>
    public int InvalidRecipientsSoFar { get; set; }

    /// <summary>Domains for which <see cref="IsOwnDomain"/> says yes. Default <c>example.com</c>.</summary>
    public ISet<string> OwnDomains { get; } = new HashSet<string>(StringComparer.Ordinal) { "example.com" };

    /// <summary>The longest delay of a reply that filters asked for since it was last read.</summary>
    public TimeSpan ReplyHeld { get; set; }

    /// <inheritdoc />
    public override bool IsOwnDomain(string domain) => OwnDomains.Contains(domain);

    /// <inheritdoc />
    public override void HoldReply(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromMinutes(4));
        ReplyHeld = delay > ReplyHeld ? delay : ReplyHeld;
    }

    /// <inheritdoc />
    public void Dispose() => _aborted.Dispose();
}
