using System.Buffers;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Qmtp;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>A package while it is read. The message comes before its envelope, so it is staged before anybody can say whether it is wanted.</summary>
internal sealed class QmtpPackage
{
    /// <summary>Recipients above the limit that a package may name. What goes on beyond is no mail: its replies would be many times what it sent.</summary>
    private const int RecipientsDroppedMax = 10_000;

    private readonly QmtpListener _listener;
    private readonly ContentScanner _scanner;
    private readonly List<PackageRecipient> _recipients = [];
    private readonly long _messageSizeMax;
    private readonly int _recipientsMax;

    public QmtpPackage(QmtpListener listener, InboundSession session, ContentScanner scanner)
    {
        _listener = listener;
        _scanner = scanner;
        Transaction = new MailTransaction(session, listener.Services.Staging);
        _messageSizeMax = MessageSizeMaxOf(listener, session);
        _recipientsMax = session.Access.RecipientsMax ?? listener.Options.RecipientsMax;
        Content = new ContentIntake(Transaction, session.Access.MessageSizeMax is null ? listener.Limits : listener.Limits with { MessageBytesMax = _messageSizeMax });
    }

    public MailTransaction Transaction { get; }

    public ContentIntake Content { get; }

    public IReadOnlyList<PackageRecipient> Recipients => _recipients;

    public MailPath Sender { get; private set; } = MailPath.Null;

    /// <summary>Recipients above the limit: each gets a reply, none is kept.</summary>
    public int RecipientsDropped { get; private set; }

    /// <summary>Whether it names so many recipients above the limit that it is not to be answered.</summary>
    public bool IsHopeless => RecipientsDropped > RecipientsDroppedMax;

    public ContentFlags Found => _scanner.Flags;

    /// <summary>Largest message that a client may send: what an access rule says, within what QMTP can carry here, or the listener.</summary>
    public static long MessageSizeMaxOf(QmtpListener listener, InboundSession session) =>
        Math.Min(session.Access.MessageSizeMax ?? listener.Options.MessageSizeMax, QmtpOptions.MessageSizeLimit);

    /// <summary>The message begins.</summary>
    public void Begin(long messageBytes, ContentCoding coding)
    {
        _scanner.Reset(coding);
        Content.Begin(null);
        if (messageBytes > _messageSizeMax)
        {
            Content.Refuse(SmtpReplies.MessageTooLarge, TransactionOutcome.TooLarge);
            return;
        }

        Transaction.Staged = _listener.Services.Staging.TryBegin(messageBytes);
        if (Transaction.Staged is null)
        {
            Content.Refuse(SmtpReplies.InsufficientStorage, TransactionOutcome.NoSpace);
        }
    }

    /// <summary>A piece of the message.</summary>
    public void Add(ReadOnlySpan<byte> piece, byte[] buffer)
    {
        while (!piece.IsEmpty)
        {
            _scanner.Decode(piece, buffer, out int consumed, out int written);
            Content.Stage(buffer.AsSpan(0, written));
            piece = piece[consumed..];
        }
    }

    /// <summary>The message is complete.</summary>
    public void EndMessage(NewlinePolicy policy)
    {
        ArrayBufferWriter<byte> held = new(16);
        _scanner.Finish(held);
        Content.Stage(held.WrittenSpan);
        Content.Judge(_scanner.Flags, policy, _scanner.LongestLine);
    }

    /// <summary>The sender; a malformed one refuses the package.</summary>
    public void SetSender(ReadOnlySpan<byte> sender)
    {
        PathError error = QmtpAddress.TryParse(sender, out MailPath path);
        if (error != PathError.None || (!path.IsNull && path.DomainALabel.Length == 0))
        {
            Content.Refuse(SmtpReplies.BadReversePath, TransactionOutcome.Malformed);
            return;
        }

        Sender = path;
    }

    /// <summary>The sender was too long to be one.</summary>
    public void RefuseSender() => Content.Refuse(SmtpReplies.ReversePathTooLong, TransactionOutcome.Malformed);

    /// <summary>A recipient.</summary>
    public void AddRecipient(ReadOnlySpan<byte> recipient)
    {
        PathError error = QmtpAddress.TryParse(recipient, out MailPath path);
        Add(new PackageRecipient(path, error != PathError.None || path.IsNull));
    }

    /// <summary>A recipient that was too long to be one.</summary>
    public void AddLongRecipient() => Add(new PackageRecipient(MailPath.Null, IsMalformed: true));

    /// <summary>What MAIL would have said: QMTP has no parameters, the bytes tell (§8.8 of the design).</summary>
    public MailCommand ToMailCommand()
    {
        bool isUtf8 = !Content.IsHeaderAscii || !Sender.IsAscii;
        foreach (PackageRecipient recipient in _recipients)
        {
            isUtf8 |= !recipient.Path.IsAscii;
        }

        return new MailCommand
        {
            ReversePath = Sender,
            SizeBytes = Content.Bytes,
            Body = (Found & ContentFlags.EightBit) != 0 ? BodyType.EightBitMime : BodyType.SevenBit,
            SmtpUtf8 = isUtf8,
        };
    }

    private void Add(PackageRecipient recipient)
    {
        if (_recipients.Count >= _recipientsMax)
        {
            RecipientsDropped++;
            return;
        }

        _recipients.Add(recipient);
    }
}
