namespace EdgeSmtp.Sessions.Transport;

/// <summary>What epoll watches for and reports; the system's own bits.</summary>
[Flags]
internal enum SocketEvents : uint
{
    None = 0,

    /// <summary>There is something to read, or to accept.</summary>
    Readable = 0x1,

    /// <summary>There is room to write.</summary>
    Writable = 0x4,

    /// <summary>The socket has an error. Always watched for.</summary>
    Error = 0x8,

    /// <summary>Both directions have ended. Always watched for.</summary>
    HungUp = 0x10,

    /// <summary>The peer has ended its direction.</summary>
    PeerEnded = 0x2000,
}
