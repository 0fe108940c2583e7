namespace EdgeSmtp.Abstractions;

/// <summary>How a message comes in.</summary>
public enum SessionProtocol : byte
{
    /// <summary>SMTP (RFC 5321).</summary>
    Smtp,

    /// <summary>QMTP: one netstring package for each message, one reply for each recipient.</summary>
    Qmtp,

    /// <summary>QMQP: one package, one reply, no relay control of its own.</summary>
    Qmqp,
}
