using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>A MAIL command (RFC 5321 §4.1.1.2) with the parameters of the extensions offered.</summary>
public readonly record struct MailCommand
{
    /// <summary>The reverse-path; <see cref="MailPath.Null"/> for <c>&lt;&gt;</c> and in a default value.</summary>
    public MailPath ReversePath { get => field ?? MailPath.Null; init; }

    /// <summary>SIZE= in bytes; <see cref="long.MaxValue"/> for what no long holds; null when not given (RFC 1870 §6).</summary>
    public long? SizeBytes { get; init; }

    /// <summary>BODY= (RFC 6152 §2, RFC 3030 §3).</summary>
    public BodyType Body { get; init; }

    /// <summary>Whether SMTPUTF8 was given (RFC 6531 §3.4).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>RET= (RFC 3461 §4.3).</summary>
    public DsnReturn Return { get; init; }

    /// <summary>ENVID= as received, still in xtext, at most 100 characters; null when not given (RFC 3461 §4.4).</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>AUTH= as received, still in xtext, or <c>&lt;&gt;</c>, at most 500 characters; null when not given (RFC 4954 §5).</summary>
    public string? AuthParameter { get; init; }
}
