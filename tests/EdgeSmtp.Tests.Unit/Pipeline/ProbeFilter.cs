using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>A filter of every stage that does what the test says, and has no opinion otherwise.</summary>
public sealed class ProbeFilter : IConnectFilter, IViolationFilter, IHelloFilter, IAuthFilter, IMailFilter, IRcptAttemptFilter, IRcptFilter, IMessageFilter, ISessionEndFilter
{
    public static readonly FilterReason Noted = new(VerdictKind.Continue, "noted", 0, string.Empty, string.Empty);
    public static readonly FilterReason Dropped = new(VerdictKind.Discard, "dropped", 250, "2.0.0", "Taken");
    public static readonly FilterReason Kept = new(VerdictKind.Quarantine, "kept", 250, "2.0.0", "Taken");
    public static readonly FilterReason Later = new(VerdictKind.Defer, "later", 451, "4.7.1", "Try again later");
    public static readonly FilterReason Refused = new(VerdictKind.Reject, "refused", 550, "5.7.1", "Refused");
    public static readonly FilterReason Gone = new(VerdictKind.Disconnect, "gone", 421, "4.7.0", "Good bye");

    public Func<Session, CancellationToken, ValueTask<Verdict>>? OnConnect { get; init; }

    public Func<Session, ProtocolViolation, ValueTask<Verdict>>? OnViolation { get; init; }

    public Func<Session, CancellationToken, ValueTask<Verdict>>? OnHello { get; init; }

    public Func<Session, ValueTask<Verdict>>? OnAuth { get; init; }

    public Func<Transaction, CancellationToken, ValueTask<Verdict>>? OnMail { get; init; }

    public Func<Transaction, MailPath, CancellationToken, ValueTask<Verdict>>? OnAttempt { get; init; }

    public Func<Transaction, Recipient, CancellationToken, ValueTask<Verdict>>? OnRcpt { get; init; }

    public Func<Transaction, RecipientVerdicts, CancellationToken, ValueTask>? OnMessage { get; init; }

    public Func<Session, ValueTask>? OnEnd { get; init; }

    public List<string> Calls { get; } = [];

    /// <summary>A filter that says the same of every recipient at RCPT.</summary>
    public static ProbeFilter AtRcpt(FilterReason? reason) => new() { OnRcpt = (_, _, _) => Say(reason) };

    public static ProbeFilter AtConnect(FilterReason? reason) => new() { OnConnect = (_, _) => Say(reason) };

    public static ProbeFilter AtMessage(Action<Transaction, RecipientVerdicts> say) => new()
    {
        OnMessage = (transaction, verdicts, _) =>
        {
            say(transaction, verdicts);
            return default;
        },
    };

    public static ValueTask<Verdict> Say(FilterReason? reason) => reason is null ? Verdict.Continue : Verdict.From(reason);

    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken)
    {
        Calls.Add("connect");
        return OnConnect is null ? Verdict.Continue : OnConnect(session, cancellationToken);
    }

    public ValueTask<Verdict> OnViolationAsync(Session session, ProtocolViolation violation, CancellationToken cancellationToken)
    {
        Calls.Add("violation");
        return OnViolation is null ? Verdict.Continue : OnViolation(session, violation);
    }

    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken)
    {
        Calls.Add("hello");
        return OnHello is null ? Verdict.Continue : OnHello(session, cancellationToken);
    }

    public ValueTask<Verdict> OnAuthAsync(Session session, CancellationToken cancellationToken)
    {
        Calls.Add("auth");
        return OnAuth is null ? Verdict.Continue : OnAuth(session);
    }

    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        Calls.Add("mail");
        return OnMail is null ? Verdict.Continue : OnMail(transaction, cancellationToken);
    }

    public ValueTask<Verdict> OnRcptAttemptAsync(Transaction transaction, MailPath forwardPath, CancellationToken cancellationToken)
    {
        Calls.Add("rcpt-attempt");
        return OnAttempt is null ? Verdict.Continue : OnAttempt(transaction, forwardPath, cancellationToken);
    }

    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        Calls.Add("rcpt");
        return OnRcpt is null ? Verdict.Continue : OnRcpt(transaction, recipient, cancellationToken);
    }

    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        Calls.Add("message");
        return OnMessage is null ? default : OnMessage(transaction, verdicts, cancellationToken);
    }

    public ValueTask OnSessionEndAsync(Session session)
    {
        Calls.Add("end");
        return OnEnd is null ? default : OnEnd(session);
    }
}
