namespace EdgeSmtp.Abstractions;

/// <summary>Ways to break SMTP that tell a bot from a mail server.</summary>
public enum ProtocolViolation : byte
{
    /// <summary>Bytes came before the greeting was sent (RFC 5321 §3.1).</summary>
    EarlyTalk,

    /// <summary>Commands were sent behind EHLO before PIPELINING was offered (RFC 2920 §3.1).</summary>
    PipelinedBeforeHello,

    /// <summary>A line of another protocol, such as an HTTP request.</summary>
    NonSmtpCommand,

    /// <summary>A line ended in LF alone.</summary>
    BareLf,

    /// <summary>A CR without LF.</summary>
    BareCr,
}
