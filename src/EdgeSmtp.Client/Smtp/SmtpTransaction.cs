using System.Buffers;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>One message for one server. The content is sent byte for byte, apart from dot-stuffing.</summary>
public sealed class SmtpTransaction
{
    /// <summary>The reverse-path.</summary>
    public required MailPath ReversePath { get; init; }

    /// <summary>Recipients, at least one; results come in the same order.</summary>
    public required IReadOnlyList<SmtpRecipient> Recipients { get; init; }

    /// <summary>Header and body. Must stay valid until the transaction has ended.</summary>
    public required ReadOnlySequence<byte> Content { get; init; }

    /// <summary>What the content is.</summary>
    public BodyType Body { get; init; }

    /// <summary>Whether SMTPUTF8 was asked for when the message came in (RFC 6531 §3.4).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>RET (RFC 3461 §4.3).</summary>
    public DsnReturn Return { get; init; }

    /// <summary>ENVID as received, in xtext (RFC 3461 §4.4).</summary>
    public string? EnvelopeId { get; init; }
}
