using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>One SMTP session: what its commands share.</summary>
internal sealed class SmtpSession
{
    private DataDecoder? _dataDecoder;
    private ContentScanner? _chunkScanner;

    public SmtpSession(SmtpListener listener, OpenedSession opened, SessionChannel channel, MailEvents events)
    {
        InboundSession client = opened.Client;
        Listener = listener;
        Snapshot = opened.Snapshot;
        Client = client;
        Channel = channel;
        Filters = opened.Filters;
        Spans = opened.Spans;
        Events = events;
        Transaction = new MailTransaction(client, listener.Services.Staging);
        Recipients = new RecipientControl(opened.Snapshot, client, listener.Logger);
        MessageSizeMax = client.Access.MessageSizeMax ?? listener.Options.MessageSizeMax;
        RecipientsMax = client.Access.RecipientsMax ?? listener.Options.RecipientsMax;
        Content = new ContentIntake(
            Transaction, client.Access.MessageSizeMax is null ? listener.Limits : listener.Limits with { MessageBytesMax = MessageSizeMax });
        Committer = new MessageCommitter(listener.Services, client, opened.Filters);
        NewlinePolicy = client.Access.Apply(listener.NewlinePolicy, client.MayRelay);
        OffersDsn = listener.Options.Dsn == DsnOffer.Always || (listener.Options.Dsn == DsnOffer.RelayClients && client.MayRelay);
    }

    public SmtpListener Listener { get; }

    public SmtpOptions Options => Listener.Options;

    public SessionServices Services => Listener.Services;

    public ListenerMetrics Metrics => Listener.Metrics;

    public SessionSnapshot Snapshot { get; }

    public InboundSession Client { get; }

    public SessionChannel Channel { get; }

    public FilterRun Filters { get; }

    /// <summary>Its spans; <c>null</c> when nobody traces.</summary>
    public SessionSpans? Spans { get; }

    public MailEvents Events { get; }

    public MailTransaction Transaction { get; }

    public RecipientControl Recipients { get; }

    public ContentIntake Content { get; }

    public MessageCommitter Committer { get; }

    public SessionCounts Counts { get; } = new();

    public NewlinePolicy NewlinePolicy { get; }

    public bool OffersDsn { get; }

    /// <summary>Largest message that this client may send, in bytes.</summary>
    public long MessageSizeMax { get; }

    /// <summary>Recipients that this client may give in a transaction.</summary>
    public int RecipientsMax { get; }

    /// <summary>Whether MAIL needs TLS first.</summary>
    public bool RequiresTls => Client.Access.StartTls is { } rule ? rule == StartTlsRule.Require : Options.RequireTls;

    /// <summary>Name of the certificate for STARTTLS; <c>null</c> when there is no STARTTLS here.</summary>
    public string? Certificate => Client.Access.StartTls == StartTlsRule.Hide ? null : Listener.Listener.Certificate;

    public SmtpState State { get; set; }

    /// <summary>The body sinks of the message that comes in. Owned.</summary>
    public BodyRun? Body { get; set; }

    /// <summary>Un-stuffs DATA. Made with the first message.</summary>
    public DataDecoder DataDecoder => _dataDecoder ??= new DataDecoder();

    /// <summary>Scans BDAT chunks. Made with the first chunk.</summary>
    public ContentScanner ChunkScanner => _chunkScanner ??= new ContentScanner();

    /// <summary>The time of the message whose chunks come in: one for all of them, and for the pauses between.</summary>
    public ContentClock ChunkClock { get; set; }

    /// <summary>Builds the trace fields.</summary>
    public TraceFields Trace { get; } = new();

    /// <summary>What filters say of each recipient.</summary>
    public RecipientVerdicts Verdicts { get; } = new();

    /// <summary>The same, as one reply needs it.</summary>
    public RecipientVerdicts ReducedVerdicts { get; } = new();

    /// <summary>Whether RCPT was tried in this transaction, so that DATA without recipients is 554 and not 503 (RFC 5321 §3.3).</summary>
    public bool TriedRecipients { get; set; }

    /// <summary>Commands since the session began or a message was accepted.</summary>
    public int CommandsSinceMessage { get; set; }

    /// <summary>5yz replies since the session began or a message was accepted.</summary>
    public int ErrorsSinceMessage { get; private set; }

    /// <summary>Violations that filters know of, one bit for each kind.</summary>
    public int ReportedViolations { get; set; }

    /// <summary>Why the session ends.</summary>
    public SessionEnd End { get; set; } = SessionEnd.ClientGone;

    /// <summary>Whether a client may be told to come again later without losing work.</summary>
    public bool IsIdle => State is SmtpState.Greeted or SmtpState.Ready or SmtpState.Refused or SmtpState.HealthCheck;

    /// <summary>Which parameters MAIL and RCPT may have now; after HELO none (RFC 5321 §2.2.1).</summary>
    public ParameterPolicy Parameters => Client.HelloKind != HelloKind.Ehlo
        ? default
        : new ParameterPolicy
        {
            Size = true,
            EightBitMime = true,
            BinaryMime = Options is { BinaryMime: true, Chunking: true },
            SmtpUtf8 = Options.SmtpUtf8,
            Dsn = OffersDsn,
        };

    /// <summary>Id of the transaction, or of the session outside of one: every reply that refuses ends with it.</summary>
    private string ReplyId => Transaction.IsActive ? Transaction.Id : Client.Id;

    /// <summary>Answers the current command.</summary>
    public Next Reply(SmtpReply reply)
    {
        Write(reply);
        CountError(reply.Code);
        return Next.Command;
    }

    /// <summary>Says that the message is ours.</summary>
    public Next ReplyQueued(string id)
    {
        Channel.Advance(SmtpReplies.WriteQueued(id, Channel.GetSpan(SmtpReply.LineBytesMax)));
        return Next.Command;
    }

    /// <summary>Refuses the current command for a reason that the operator may have a text for.</summary>
    /// <param name="reply">The reply without one.</param>
    /// <param name="token">Token of the reason.</param>
    /// <param name="recipient">The recipient, if it is about one.</param>
    public Next Refuse(SmtpReply reply, string token, MailPath? recipient = null)
    {
        if (Listener.Texts.Find(token) is not { } text)
        {
            return Reply(reply);
        }

        RefusalReply.Write(Channel, reply.Code, RefusalTexts.EnhancedCodeOf(text, reply), new ReplyText(text.Text, text.HasPlaceholders), ValuesFor(ReplyId, recipient));
        CountError(reply.Code);
        return Next.Command;
    }

    /// <summary>Answers and ends the session.</summary>
    public Next Close(SmtpReply reply, SessionEnd end)
    {
        Write(reply);
        Metrics.Replied(reply.Code);
        End = end;
        return Next.Close;
    }

    /// <summary>Answers as a verdict says; a disconnecting one ends the session.</summary>
    /// <param name="verdict">A verdict that refuses.</param>
    /// <param name="id">Id of the transaction or session.</param>
    /// <param name="recipient">The recipient, if it is about one.</param>
    public Next Reply(Verdict verdict, string id, MailPath? recipient = null)
    {
        FilterReason reason = verdict.Reason!;
        RefusalReply.Write(Channel, reason.Code, reason.EnhancedCode, ReplyText.Of(reason), ValuesFor(id, recipient));
        CountError(reason.Code);
        if (reason.Kind != VerdictKind.Disconnect)
        {
            return Next.Command;
        }

        End = EndOf(SessionEnd.Filter);
        return Next.Close;
    }

    /// <summary>Why the session really ends, when filters were given up because of it.</summary>
    public SessionEnd EndOf(SessionEnd otherwise) =>
        !Client.IsAborted ? otherwise : Channel.IsEnded || Channel.IsBroken ? SessionEnd.ClientGone : SessionEnd.SessionTimeout;

    /// <summary>Writes a reply; one that refuses has the id.</summary>
    public void Write(SmtpReply reply)
    {
        if (reply.IsPositive)
        {
            Channel.Write(reply.Wire.Span);
        }
        else
        {
            RefusalReply.Write(Channel, reply, ReplyId);
        }
    }

    /// <summary>What placeholders in a reply stand for.</summary>
    public ReplyValues ValuesFor(string id, MailPath? recipient) => new(id, Client.Client.Address, Transaction.IsActive ? Transaction.ReversePath : null, recipient);

    /// <summary>A message was accepted: the client is worth its commands.</summary>
    public void CountMessage()
    {
        Counts.Messages++;
        CommandsSinceMessage = 0;
        ErrorsSinceMessage = 0;
    }

    /// <summary>Ends the transaction, whatever became of it.</summary>
    public ValueTask EndTransactionAsync()
    {
        TriedRecipients = false;
        if (!Transaction.IsActive)
        {
            return default;
        }

        BodyRun? body = Body;
        Body = null;
        Filters.EndTransaction(Transaction);
        Spans?.EndTransaction();
        Transaction.Reset();
        State = SmtpState.Ready;
        return body is null ? default : body.DisposeAsync();
    }

    /// <summary>Ends the session because of what a read came back with.</summary>
    public Next CloseFor(ReadOutcome outcome)
    {
        switch (outcome)
        {
            case ReadOutcome.TimedOut:
                return Close(SmtpReplies.Timeout, SessionEnd.Timeout);
            case ReadOutcome.SessionTimedOut:
                return Close(SmtpReplies.SessionTooLong, SessionEnd.SessionTimeout);
            default:
                End = SessionEnd.ClientGone;
                return Next.Drop;
        }
    }

    private void CountError(ushort code)
    {
        Metrics.Replied(code);
        if (code >= 500)
        {
            Counts.Errors++;
            Client.CountRefusal();
            ErrorsSinceMessage++;
        }
    }
}
