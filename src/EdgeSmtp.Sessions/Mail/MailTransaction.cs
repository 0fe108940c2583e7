using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>A transaction as filters see it, and what the session knows of it. Reset and reused within its session.</summary>
internal sealed class MailTransaction(InboundSession session, IStagingArea staging) : Transaction, IReplaceableContent
{
    private readonly List<MailRecipient> _recipients = [];
    private readonly HashSet<MailPath> _paths = [];
    private string? _id;
    private MailCommand _command;
    private StagedMessage? _content;
    private StagedMessage? _replacement;

    /// <inheritdoc />
    public override Session Session => session;

    /// <inheritdoc />
    public override string Id => _id ??= MessageId.ToString();

    /// <inheritdoc />
    public override MailPath ReversePath => _command.ReversePath;

    /// <inheritdoc />
    public override IReadOnlyList<Recipient> Recipients => _recipients;

    /// <inheritdoc />
    public override long? DeclaredSizeBytes => _command.SizeBytes;

    /// <inheritdoc />
    public override BodyType Body => _command.Body;

    /// <inheritdoc />
    public override bool SmtpUtf8 => _command.SmtpUtf8;

    /// <inheritdoc />
    public override DsnReturn Return => _command.Return;

    /// <inheritdoc />
    public override string? EnvelopeId => _command.EnvelopeId;

    /// <inheritdoc />
    public override IMessageContent? Content => _replacement ?? _content;

    /// <inheritdoc />
    public IMessageContent? ReceivedContent => _content;

    /// <summary>Its id.</summary>
    public MessageId MessageId { get; private set; }

    /// <summary>Whether MAIL was accepted and the transaction has not ended.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The message, from the reservation at MAIL until the commit takes it. Owned.</summary>
    public StagedMessage? Staged { get; set; }

    /// <summary>Begins a transaction.</summary>
    public void Begin(MessageId id, in MailCommand command)
    {
        MessageId = id;
        _command = command;
        IsActive = true;
    }

    /// <summary>Whether this recipient was accepted before: it then gets the message once.</summary>
    public bool Has(MailPath path) => _paths.Contains(path);

    /// <summary>Adds a recipient that everybody accepted.</summary>
    public void Accept(MailRecipient recipient)
    {
        _recipients.Add(recipient);
        _paths.Add(recipient.ForwardPath);
    }

    /// <summary>The whole message has arrived. Nothing is to be read of one that was not kept.</summary>
    public void Seal()
    {
        Staged?.Seal();
        _content = Staged;
    }

    /// <inheritdoc />
    public bool TryReplaceContent(ReadOnlySpan<byte> message)
    {
        StagedMessage? staged = staging.TryBegin(message.Length);
        int traceLength = TraceLengthIn(message);
        staged?.SetTrace(message[..traceLength]);
        if (staged is null || !staged.TryAppend(message[traceLength..]))
        {
            staged?.Dispose();
            return false;
        }

        staged.Seal();
        _replacement?.Dispose();
        _replacement = staged;
        return true;
    }

    /// <summary>Our trace fields are still ours where the new message has them, with what a program put in front; they hold the id of the transaction, so nobody else could have written them.</summary>
    private int TraceLengthIn(ReadOnlySpan<byte> message)
    {
        byte[] trace = _content!.Bytes.Slice(0, _content.TraceLength).ToArray();
        int at = message.IndexOf(trace);
        return at == 0 || (at > 0 && message[at - 1] == '\n') ? at + trace.Length : 0;
    }

    /// <summary>Forgets everything, and gives the message back unless the commit has it.</summary>
    public void Reset()
    {
        Staged?.Dispose();
        Staged = null;
        _replacement?.Dispose();
        _replacement = null;
        _content = null;
        _id = null;
        _command = default;
        _recipients.Clear();
        _paths.Clear();
        ClearSlots();
        MessageId = default;
        IsActive = false;
    }
}
