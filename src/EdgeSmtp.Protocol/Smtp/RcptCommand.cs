using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>A RCPT command (RFC 5321 §4.1.1.3) with the parameters of the extensions offered.</summary>
public readonly record struct RcptCommand
{
    /// <summary>The forward-path; never null, and <see cref="MailPath.Null"/> only in a default value.</summary>
    public MailPath ForwardPath { get => field ?? MailPath.Null; init; }

    /// <summary>NOTIFY= (RFC 3461 §4.1).</summary>
    public DsnNotify Notify { get; init; }

    /// <summary>ORCPT= as received, <c>addr-type;xtext</c>, at most 500 characters; null when not given (RFC 3461 §4.2, RFC 6533 §3).</summary>
    public string? OriginalRecipient { get; init; }
}
