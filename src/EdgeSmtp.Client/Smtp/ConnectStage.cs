namespace EdgeSmtp.Client.Smtp;

/// <summary>The steps before the first transaction.</summary>
public enum ConnectStage : byte
{
    /// <summary>Connecting.</summary>
    Dial,

    /// <summary>The greeting (RFC 5321 §3.1).</summary>
    Greeting,

    /// <summary>EHLO, HELO or LHLO.</summary>
    Hello,

    /// <summary>STARTTLS was asked for and not offered, or refused.</summary>
    StartTls,

    /// <summary>The TLS handshake.</summary>
    Handshake,
}
