using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Abstractions;

/// <summary>One mail transaction, from MAIL to the reply after the content (RFC 5321 §3.3). Reset and reused within its session.</summary>
public abstract class Transaction : FilterSubject
{
    /// <summary>The session.</summary>
    public abstract Session Session { get; }

    /// <summary>Id of the transaction: unique, in every log line of it, and the id of the message once it is committed.</summary>
    public abstract string Id { get; }

    /// <summary>The reverse-path; <see cref="MailPath.Null"/> for <c>&lt;&gt;</c>.</summary>
    public abstract MailPath ReversePath { get; }

    /// <summary>Recipients accepted so far, in the order of their <see cref="Recipient.Index"/>.</summary>
    public abstract IReadOnlyList<Recipient> Recipients { get; }

    /// <summary>SIZE parameter in bytes (RFC 1870 §6); <c>null</c> when not given.</summary>
    public abstract long? DeclaredSizeBytes { get; }

    /// <summary>BODY parameter.</summary>
    public abstract BodyType Body { get; }

    /// <summary>Whether SMTPUTF8 was asked for (RFC 6531 §3.4).</summary>
    public abstract bool SmtpUtf8 { get; }

    /// <summary>RET parameter (RFC 3461 §4.3).</summary>
    public abstract DsnReturn Return { get; }

    /// <summary>ENVID parameter as received, in xtext (RFC 3461 §4.4); <c>null</c> when not given.</summary>
    public abstract string? EnvelopeId { get; }

    /// <summary>The message, trace fields included. From the message stage on; <c>null</c> before.</summary>
    public abstract IMessageContent? Content { get; }
}
