namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Where an SMTP session stands (RFC 5321 §4.1.4). The table of what each state allows is <see cref="StateTable"/>.</summary>
internal enum SmtpState : byte
{
    /// <summary>Greeted; no HELO or EHLO yet, or none since STARTTLS.</summary>
    Greeted,

    /// <summary>Introduced; no transaction.</summary>
    Ready,

    /// <summary>MAIL was accepted, no recipient yet.</summary>
    Mail,

    /// <summary>At least one recipient was accepted.</summary>
    Rcpt,

    /// <summary>BDAT chunks have come, not the last one.</summary>
    Bdat,

    /// <summary>The greeting was 554 (RFC 5321 §3.1): nothing but QUIT.</summary>
    Refused,

    /// <summary>A connection that a proxy made for itself: everything but mail.</summary>
    HealthCheck,
}
