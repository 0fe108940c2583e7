using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A filter made of what a test wants it to say at each stage.</summary>
internal sealed class FakeFilter : IConnectFilter, IHelloFilter, IMailFilter, IRcptFilter, IMessageFilter, IViolationFilter, IBodyFilter, ISessionEndFilter
{
    public static readonly FilterReason Reject = new(VerdictKind.Reject, "no", 550, "5.7.1", "No");
    public static readonly FilterReason Defer = new(VerdictKind.Defer, "later", 450, "4.7.1", "Later");
    public static readonly FilterReason Disconnect = new(VerdictKind.Disconnect, "away", 554, "5.7.1", "Away");
    public static readonly FilterReason Quarantine = new(VerdictKind.Quarantine, "hold", 250, "2.0.0", "Held");
    public static readonly FilterReason Discard = new(VerdictKind.Discard, "drop", 250, "2.0.0", "Dropped");

    public Func<Session, Verdict>? Connect { get; init; }

    public Func<Session, Verdict>? Hello { get; init; }

    public Func<Transaction, Verdict>? Mail { get; init; }

    public Func<Recipient, Verdict>? Rcpt { get; init; }

    public Func<Transaction, RecipientVerdicts, ValueTask>? Message { get; init; }

    public Func<Session, ProtocolViolation, Verdict>? Violation { get; init; }

    public Func<Transaction, IBodySink?>? Body { get; init; }

    public List<ProtocolViolation> Violations { get; } = [];

    public int Ended { get; private set; }

    public static FakeFilter OnConnect(FilterReason reason) => new() { Connect = _ => Verdict.From(reason) };

    public static FakeFilter OnMail(FilterReason reason) => new() { Mail = _ => Verdict.From(reason) };

    public static FakeFilter OnRcpt(FilterReason reason) => new() { Rcpt = _ => Verdict.From(reason) };

    /// <summary>Speaks about recipients by their local part.</summary>
    public static FakeFilter OnMessage(params (string LocalPart, FilterReason Reason)[] rules) => new()
    {
        Message = (transaction, verdicts) =>
        {
            foreach (Recipient recipient in transaction.Recipients)
            {
                foreach ((string local, FilterReason reason) in rules)
                {
                    if (recipient.ForwardPath.ToString().StartsWith(local + "@", StringComparison.Ordinal))
                    {
                        verdicts.Set(recipient, Verdict.From(reason));
                    }
                }
            }

            return default;
        },
    };

    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Connect?.Invoke(session) ?? Verdict.Continue;

    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken) => Hello?.Invoke(session) ?? Verdict.Continue;

    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) => Mail?.Invoke(transaction) ?? Verdict.Continue;

    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => Rcpt?.Invoke(recipient) ?? Verdict.Continue;

    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken) => Message?.Invoke(transaction, verdicts) ?? default;

    public ValueTask<Verdict> OnViolationAsync(Session session, ProtocolViolation violation, CancellationToken cancellationToken)
    {
        Violations.Add(violation);
        return Violation?.Invoke(session, violation) ?? Verdict.Continue;
    }

    public IBodySink? OpenBody(Transaction transaction) => Body?.Invoke(transaction);

    public ValueTask OnSessionEndAsync(Session session)
    {
        Ended++;
        return default;
    }

    /// <summary>A sink that keeps what it is lent.</summary>
    internal sealed class Sink(int decidedAfter = int.MaxValue, Action<RecipientVerdicts>? complete = null) : IBodySink
    {
        public ArrayBufferWriter<byte> Taken { get; } = new();

        public bool IsCompleted { get; private set; }

        public bool IsDisposed { get; private set; }

        public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken)
        {
            foreach (ReadOnlyMemory<byte> piece in chunk)
            {
                Taken.Write(piece.Span);
            }

            return new(Taken.WrittenCount >= decidedAfter ? SinkState.Decided : SinkState.More);
        }

        public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            IsCompleted = true;
            complete?.Invoke(verdicts);
            return default;
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }
}
