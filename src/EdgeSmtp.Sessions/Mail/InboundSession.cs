using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>A session as filters see it, over any protocol.</summary>
internal sealed class InboundSession : Session
{
    private static readonly TimeSpan HoldMax = TimeSpan.FromMinutes(4);

    private readonly Lock _lock = new();
    private readonly DomainTable _domains;
    private CancellationTokenSource? _aborted;
    private bool _isAborted;
    private bool _isGreeted;
    private HelloKind _helloKind;
    private HelloArgument _hello;
    private TlsInfo? _tls;
    private int _refusals;
    private TimeSpan _replyHold;
    private int _invalidRecipients;

    public InboundSession(string id, ListenerOptions listener, ConnectionOrigin origin, DateTimeOffset started, bool mayRelay, DomainTable domains)
    {
        _domains = domains;
        Id = id;
        Listener = listener.Name;
        Protocol = listener.Protocol;
        Client = origin.Client;
        Local = origin.Local;
        Started = started;
        MayRelay = mayRelay;
        Access = origin.Access;
        ClientNameLookup = origin.NameLookup;
        _tls = origin.Tls;
    }

    /// <inheritdoc />
    public override string Id { get; }

    /// <inheritdoc />
    public override string Listener { get; }

    /// <inheritdoc />
    public override SessionProtocol Protocol { get; }

    /// <inheritdoc />
    public override IPEndPoint Client { get; }

    /// <inheritdoc />
    public override IPEndPoint Local { get; }

    /// <inheritdoc />
    public override string? ClientName => ClientNameLookup is { IsCompletedSuccessfully: true } lookup ? lookup.Result.Name : null;

    /// <inheritdoc />
    public override Task<ClientNameAnswer>? ClientNameLookup { get; }

    /// <inheritdoc />
    public override DateTimeOffset Started { get; }

    /// <inheritdoc />
    public override HelloKind HelloKind => _helloKind;

    /// <inheritdoc />
    public override string? Hello => _helloKind == HelloKind.None ? null : _hello.Name;

    /// <inheritdoc />
    public override TlsInfo? Tls => _tls;

    /// <inheritdoc />
    public override string? AuthenticatedUser => null;

    /// <inheritdoc />
    public override bool MayRelay { get; }

    /// <inheritdoc />
    public override int Refusals => _refusals;

    /// <inheritdoc />
    public override CancellationToken Aborted
    {
        get
        {
            // Made when first asked for: most sessions start nothing that could be given up.
            lock (_lock)
            {
                return _isAborted ? new CancellationToken(canceled: true) : (_aborted ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Whether it was given up.</summary>
    public bool IsAborted
    {
        get
        {
            lock (_lock)
            {
                return _isAborted;
            }
        }
    }

    /// <summary>What an access rule settles for it.</summary>
    public AccessSettings Access { get; }

    /// <summary>The HELO argument as it may stand in a Received field; <c>null</c> without HELO.</summary>
    public string? HelloTraceName => _helloKind == HelloKind.None ? null : _hello.TraceName;

    /// <summary>How long connect filters want the greeting held back.</summary>
    public TimeSpan GreetingHold { get; private set; }

    /// <inheritdoc />
    public override void HoldGreeting(TimeSpan delay)
    {
        if (_isGreeted || Protocol != SessionProtocol.Smtp)
        {
            return;
        }

        lock (_lock)
        {
            TimeSpan bounded = delay > HoldMax ? HoldMax : delay;
            GreetingHold = bounded > GreetingHold ? bounded : GreetingHold;
        }
    }

    /// <summary>Waits for the client's name, where it is looked up, so that the trace fields have it.</summary>
    public Task SettleClientNameAsync() => ClientNameLookup ?? Task.CompletedTask;

    /// <inheritdoc />
    public override int InvalidRecipients => _invalidRecipients;

    /// <inheritdoc />
    public override bool IsOwnDomain(string domain) => _domains.Find(domain) is not null;

    /// <inheritdoc />
    public override void HoldReply(TimeSpan delay)
    {
        lock (_lock)
        {
            TimeSpan bounded = delay > HoldMax ? HoldMax : delay;
            _replyHold = bounded > _replyHold ? bounded : _replyHold;
        }
    }

    /// <summary>How long filters want the reply to this RCPT held back; asked once.</summary>
    public TimeSpan TakeReplyHold()
    {
        TimeSpan hold = _replyHold;
        _replyHold = TimeSpan.Zero;
        return hold;
    }

    /// <summary>Relay control or recipient validity has decided about a recipient.</summary>
    public void CountRecipient(RecipientOutcome outcome) => _invalidRecipients += outcome is RecipientOutcome.Unknown or RecipientOutcome.RelayDenied ? 1 : 0;

    /// <summary>A filter has refused a recipient. RFC 3463 §3.2: 5.1.1 says that there is no such mailbox, whoever looked.</summary>
    public void CountRecipient(FilterReason refusal) => _invalidRecipients += refusal.EnhancedCode == "5.1.1" ? 1 : 0;

    /// <summary>From here on nothing holds the greeting.</summary>
    public void MarkGreeted() => _isGreeted = true;

    /// <summary>Counts a reply of 5yz.</summary>
    public void CountRefusal() => _refusals++;

    /// <summary>The client introduced itself.</summary>
    public void Introduce(HelloKind kind, in HelloArgument hello)
    {
        _helloKind = kind;
        _hello = hello;
    }

    /// <summary>The connection went under TLS: what the client said before may have been said by somebody else (RFC 3207 §4.2).</summary>
    public void EnterTls(TlsInfo tls)
    {
        _tls = tls;
        _helloKind = HelloKind.None;
        _hello = default;
    }

    /// <summary>Nobody waits for results any more. From any thread; idempotent.</summary>
    public void Abort()
    {
        CancellationTokenSource? aborted;
        lock (_lock)
        {
            _isAborted = true;
            aborted = _aborted;
            _aborted = null;
        }

        // On the pool, because the caller may be the heartbeat. Observed by nobody: callbacks that throw are a filter's fault and end nowhere.
        _ = aborted?.CancelAsync();
    }
}
