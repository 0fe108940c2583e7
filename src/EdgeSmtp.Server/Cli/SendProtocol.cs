namespace EdgeSmtp.Server.Cli;

/// <summary>How <c>send</c> submits.</summary>
internal enum SendProtocol : byte
{
    /// <summary>SMTP.</summary>
    Smtp,

    /// <summary>LMTP.</summary>
    Lmtp,

    /// <summary>QMTP.</summary>
    Qmtp,
}
