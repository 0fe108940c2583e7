using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A filter of RCPT, before relay control and behind it, made of what a test wants it to say.</summary>
internal sealed class AttemptFilter : IRcptAttemptFilter, IRcptFilter, ISessionEndFilter
{
    public Func<Transaction, MailPath, Verdict>? Attempt { get; init; }

    public Func<Recipient, Verdict>? Rcpt { get; init; }

    public int Ended { get; private set; }

    public ValueTask<Verdict> OnRcptAttemptAsync(Transaction transaction, MailPath forwardPath, CancellationToken cancellationToken) =>
        Attempt?.Invoke(transaction, forwardPath) ?? Verdict.Continue;

    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => Rcpt?.Invoke(recipient) ?? Verdict.Continue;

    public ValueTask OnSessionEndAsync(Session session)
    {
        Ended++;
        return default;
    }
}
