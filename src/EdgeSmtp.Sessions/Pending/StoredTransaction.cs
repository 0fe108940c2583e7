using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>A transaction made again from what was stored of it.</summary>
internal sealed class StoredTransaction : Transaction
{
    private readonly StoredSession _session;
    private readonly Envelope _envelope;
    private readonly MessageOrigin _origin;
    private readonly StoredRecipient[] _recipients;

    /// <param name="session">Stands for its session.</param>
    /// <param name="envelope">Its envelope.</param>
    /// <param name="origin">Its origin.</param>
    /// <param name="content">Its content.</param>
    public StoredTransaction(StoredSession session, Envelope envelope, MessageOrigin origin, IMessageContent content)
    {
        _session = session;
        _envelope = envelope;
        _origin = origin;
        Content = content;
        _recipients = new StoredRecipient[envelope.Recipients.Count];
        for (int i = 0; i < _recipients.Length; i++)
        {
            _recipients[i] = new StoredRecipient(this, i, envelope.Recipients[i]);
        }
    }

    /// <inheritdoc />
    public override Session Session => _session;

    /// <inheritdoc />
    public override string Id => _origin.Transaction;

    /// <inheritdoc />
    public override MailPath ReversePath => _envelope.ReversePath;

    /// <inheritdoc />
    public override IReadOnlyList<Recipient> Recipients => _recipients;

    /// <inheritdoc />
    public override long? DeclaredSizeBytes => _origin.DeclaredSizeBytes;

    /// <inheritdoc />
    public override BodyType Body => _origin.Body;

    /// <inheritdoc />
    public override bool SmtpUtf8 => (_envelope.Flags & EnvelopeFlags.SmtpUtf8) != 0;

    /// <inheritdoc />
    public override DsnReturn Return => _envelope.Return;

    /// <inheritdoc />
    public override string? EnvelopeId => _envelope.EnvelopeId;

    /// <inheritdoc />
    public override IMessageContent? Content { get; }
}
