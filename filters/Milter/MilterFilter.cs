using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter.Dialogue;

namespace EdgeSmtp.Filters.Milter;

/// <summary>
/// Asks a milter, as Sendmail and Postfix do. One connection for each session, made at its first MAIL: what the milter says of client and HELO is answered at RCPT anyway, and
/// clients that cheaper filters refuse never get that far.
/// </summary>
public sealed class MilterFilter : IMailFilter, IRcptFilter, IMessageFilter, ISessionEndFilter, IDisposable
{
    public static readonly FilterReason Rejected = new(VerdictKind.Reject, "milter-rejected", 550, "5.7.1", "Rejected by policy");
    public static readonly FilterReason Deferred = new(VerdictKind.Defer, "milter-deferred", 451, "4.7.1", "Service unavailable, try again later");
    public static readonly FilterReason Disconnected = new(VerdictKind.Disconnect, "milter-disconnected", 421, "4.7.0", "Service unavailable, closing connection");
    public static readonly FilterReason Quarantined = new(VerdictKind.Quarantine, "milter-quarantined", 0, string.Empty, string.Empty);
    public static readonly FilterReason Discarded = new(VerdictKind.Discard, "milter-discarded", 0, string.Empty, string.Empty);
    public static readonly FilterReason Failed = new(VerdictKind.Quarantine, "milter-failed", 0, string.Empty, string.Empty);

    private readonly SlotKey<MilterDialogue> _dialogue = new();
    private readonly MilterPeer _peer;

    /// <param name="options">Options.</param>
    /// <param name="context">Context.</param>
    public MilterFilter(MilterFilterOptions options, FilterContext context) => _peer = new MilterPeer(options, context);

    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return DialogueOf(transaction.Session).MailAsync(transaction, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return DialogueOf(transaction.Session).RecipientAsync(transaction, recipient, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(verdicts);
        verdicts.SetAll(await DialogueOf(transaction.Session).MessageAsync(transaction, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public ValueTask OnSessionEndAsync(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.Get(_dialogue)?.Dispose();
        return default;
    }

    /// <inheritdoc />
    public void Dispose() => _peer.Dispose();

    private MilterDialogue DialogueOf(Session session)
    {
        MilterDialogue? dialogue = session.Get(_dialogue);
        if (dialogue is null)
        {
            session.Set(_dialogue, dialogue = new MilterDialogue(_peer, session));
        }

        return dialogue;
    }
}
