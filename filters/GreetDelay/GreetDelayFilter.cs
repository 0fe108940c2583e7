using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.GreetDelay;

/// <summary>
/// Holds the greeting back and judges how a client breaks the protocol: bots talk first, or leave. Clients that waited, behaved and sent mail are remembered and
/// spared the delay. The delay is a timer of the session; look-ups of other filters run behind it.
/// </summary>
public sealed class GreetDelayFilter : IConnectFilter, IViolationFilter, IHelloFilter, IMailFilter, ISessionEndFilter
{
    /// <summary>Talked before the greeting. RFC 5321 §3.1: 554 may stand in place of the greeting.</summary>
    public static readonly FilterReason EarlyTalk = new(VerdictKind.Disconnect, "early-talk", 554, "5.5.1", "Protocol error: you spoke before the greeting");

    /// <summary>As <see cref="EarlyTalk"/>, without consequence.</summary>
    public static readonly FilterReason EarlyTalkSeen = Seen("early-talk-seen");

    /// <summary>Sent commands before it could know that PIPELINING is offered (RFC 2920 §3.1).</summary>
    public static readonly FilterReason Pipelined = new(
        VerdictKind.Reject, "pipelined-before-hello", 554, "5.5.1", "Protocol error: commands sent before the reply to HELO or EHLO");

    /// <summary>As <see cref="Pipelined"/>, without consequence.</summary>
    public static readonly FilterReason PipelinedSeen = Seen("pipelined-before-hello-seen");

    /// <summary>Spoke another protocol.</summary>
    public static readonly FilterReason NonSmtp = new(VerdictKind.Disconnect, "non-smtp-command", 554, "5.5.1", "Protocol error: this is an SMTP server");

    /// <summary>As <see cref="NonSmtp"/>, without consequence.</summary>
    public static readonly FilterReason NonSmtpSeen = Seen("non-smtp-command-seen");

    /// <summary>Ended a line by LF alone (RFC 5321 §2.3.8).</summary>
    public static readonly FilterReason BareLf = new(VerdictKind.Reject, "bare-lf", 554, "5.5.2", "Protocol error: lines end in CR LF, not in LF");

    /// <summary>As <see cref="BareLf"/>, without consequence.</summary>
    public static readonly FilterReason BareLfSeen = Seen("bare-lf-seen");

    /// <summary>Sent a CR without LF (RFC 5321 §2.3.8).</summary>
    public static readonly FilterReason BareCr = new(VerdictKind.Reject, "bare-cr", 554, "5.5.2", "Protocol error: CR without LF");

    /// <summary>As <see cref="BareCr"/>, without consequence.</summary>
    public static readonly FilterReason BareCrSeen = Seen("bare-cr-seen");

    /// <summary>So many sessions are delayed that this one was greeted at once. Nothing is refused, everybody is told.</summary>
    public static readonly FilterReason NotDelayed = Seen("not-delayed");

    private readonly GreetDelayFilterOptions _options;
    private readonly FilterContext _context;
    private readonly PersistentTtlSet<ClientNetwork>? _remembered;
    private readonly DelayedSessions _delayed;
    private readonly int[] _exceptPorts;

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public GreetDelayFilter(GreetDelayFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _exceptPorts = [.. options.ExceptPorts];
        _delayed = context.State("delayed", static () => new DelayedSessions());
        if (options.RememberFor > TimeSpan.Zero)
        {
            // Named by its file: a reload with the same one, and every profile, goes on with the same clients, and no file is ever written by two.
            string? path = PathOf(options.RememberPath, context);
            _remembered = context.State(
                $"remembered {path}",
                () => new PersistentTtlSet<ClientNetwork>(path, options.RememberMax, options.RememberSaveInterval, context.Time, context.Logger));
        }
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (_options.Delay == TimeSpan.Zero || !IsOurs(session) || IsRemembered(session))
        {
            return Verdict.Continue;
        }

        if (!_delayed.TryBegin(_options.DelayedMax))
        {
            return Verdict.From(NotDelayed);
        }

        session.Set(_delayed.Mark, SessionMark.Delayed);
        _context.HoldGreeting(session, _options.Delay);
        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnViolationAsync(Session session, ProtocolViolation violation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ViolationAction action = ActionFor(violation);
        if (action == ViolationAction.Ignore || (violation == ProtocolViolation.EarlyTalk && !IsOurs(session)) || ViolationReasons.Of(violation) is not { } reasons)
        {
            return Verdict.Continue;
        }

        // Whoever is caught loses what he had: next time he waits again.
        _delayed.Move(session, SessionMark.Misbehaved);
        _remembered?.Remove(ClientNetwork.Of(session.Client.Address));
        if (action == ViolationAction.Score)
        {
            _context.AddScore(session, reasons.ScoreName, _options.Points);
        }

        return Verdict.From(action == ViolationAction.Enforce ? reasons.Refused : reasons.Seen);
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (ReferenceEquals(session.Get(_delayed.Mark), SessionMark.Delayed))
        {
            _delayed.Move(session, SessionMark.Waited);
        }

        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Session session = transaction.Session;

        // A scanner waits too, and leaves after EHLO: only who comes as far as mail is remembered.
        SessionMark? mark = session.Get(_delayed.Mark);
        if (ReferenceEquals(mark, SessionMark.Waited) || ReferenceEquals(mark, SessionMark.Delayed))
        {
            _delayed.Move(session, SessionMark.Behaved);
        }

        return Verdict.Continue;
    }

    /// <inheritdoc />
    public ValueTask OnSessionEndAsync(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);

        // Only now is it known that nothing followed, in the content for instance.
        if (ReferenceEquals(session.Get(_delayed.Mark), SessionMark.Behaved))
        {
            _remembered?.Add(ClientNetwork.Of(session.Client.Address), _options.RememberFor);
        }

        _delayed.Move(session, SessionMark.Ended);
        return ValueTask.CompletedTask;
    }

    private static FilterReason Seen(string token) => new(VerdictKind.Continue, token, 0, string.Empty, string.Empty);

    private static string? PathOf(string? configured, FilterContext context) => configured switch
    {
        null => context.Host.PathOf(Uri.EscapeDataString(context.Name) + ".greeted"),
        "" => null,
        _ => context.Host.PathOf(configured),
    };

    // Before the greeting of a listener with implicit TLS, encryption is all there is to tell it by; later it may be STARTTLS.
    private bool IsOurs(Session session) =>
        session.Protocol == SessionProtocol.Smtp && (_options.ImplicitTls || !session.IsTls) && Array.IndexOf(_exceptPorts, session.Local.Port) < 0;

    private bool IsRemembered(Session session) => _remembered is not null && _remembered.Contains(ClientNetwork.Of(session.Client.Address));

    private ViolationAction ActionFor(ProtocolViolation violation) => violation switch
    {
        ProtocolViolation.EarlyTalk => _options.EarlyTalk,
        ProtocolViolation.PipelinedBeforeHello => _options.PipelinedBeforeHello,
        ProtocolViolation.NonSmtpCommand => _options.NonSmtpCommand,
        ProtocolViolation.BareLf => _options.BareLf,
        ProtocolViolation.BareCr => _options.BareCr,
        _ => ViolationAction.Ignore,
    };
}
