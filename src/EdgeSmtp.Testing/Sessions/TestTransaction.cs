using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Testing.Sessions;

/// <summary>A transaction whose every value the test sets.</summary>
/// <param name="session">Its session.</param>
/// <param name="reversePath">The reverse-path, without angle brackets; empty for <c>&lt;&gt;</c>.</param>
public sealed class TestTransaction(TestSession session, string reversePath = "sender@example.org") : Transaction
{
    private readonly List<Recipient> _recipients = [];

    /// <inheritdoc />
    public override Session Session => session;

    /// <inheritdoc />
    public override string Id { get; } = "test-transaction-1";

    /// <inheritdoc />
    public override MailPath ReversePath { get; } = TestPath.Of(reversePath);

    /// <inheritdoc />
    public override IReadOnlyList<Recipient> Recipients => _recipients;

    /// <inheritdoc />
    public override long? DeclaredSizeBytes => Size;

    /// <summary>What <see cref="DeclaredSizeBytes"/> says.</summary>
    public long? Size { get; set; }

    /// <inheritdoc />
    public override BodyType Body => BodyGiven;

    /// <summary>What <see cref="Body"/> says.</summary>
    public BodyType BodyGiven { get; set; }

    /// <inheritdoc />
    public override bool SmtpUtf8 => SmtpUtf8Given;

    /// <summary>What <see cref="SmtpUtf8"/> says.</summary>
    public bool SmtpUtf8Given { get; set; }

    /// <inheritdoc />
    public override DsnReturn Return => ReturnGiven;

    /// <summary>What <see cref="Return"/> says.</summary>
    public DsnReturn ReturnGiven { get; set; }

    /// <inheritdoc />
    public override string? EnvelopeId => EnvelopeIdGiven;

    /// <summary>What <see cref="EnvelopeId"/> says.</summary>
    public string? EnvelopeIdGiven { get; set; }

    /// <inheritdoc />
    public override IMessageContent? Content => Staged;

    /// <summary>What <see cref="Content"/> says. Default nothing staged yet.</summary>
    public IMessageContent? Staged { get; set; }

    /// <summary>Makes a recipient that is asked for and not yet accepted.</summary>
    /// <param name="forwardPath">Without angle brackets.</param>
    public TestRecipient Ask(string forwardPath) => new(this, _recipients.Count, forwardPath);

    /// <summary>Accepts a recipient.</summary>
    /// <param name="recipient">One of <see cref="Ask"/>; the next to be accepted.</param>
    public TestRecipient Accept(TestRecipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentOutOfRangeException.ThrowIfNotEqual(recipient.Index, _recipients.Count, nameof(recipient));
        _recipients.Add(recipient);
        return recipient;
    }

    /// <summary>Makes a recipient and accepts it.</summary>
    /// <param name="forwardPath">Without angle brackets.</param>
    public TestRecipient AddRecipient(string forwardPath) => Accept(Ask(forwardPath));
}
