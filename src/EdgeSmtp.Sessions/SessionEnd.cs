namespace EdgeSmtp.Sessions;

/// <summary>How a session ended.</summary>
internal enum SessionEnd : byte
{
    /// <summary>The client said QUIT, or closed between two QMTP packages.</summary>
    Quit,

    /// <summary>The client closed or reset the connection.</summary>
    ClientGone,

    /// <summary>The client took too long for a command or for content.</summary>
    Timeout,

    /// <summary>The client did not read our replies.</summary>
    WriteTimeout,

    /// <summary>The session took too long.</summary>
    SessionTimeout,

    /// <summary>The server drains.</summary>
    Drain,

    /// <summary>A filter disconnected.</summary>
    Filter,

    /// <summary>Too many commands.</summary>
    TooManyCommands,

    /// <summary>Too many errors.</summary>
    TooManyErrors,

    /// <summary>The client broke the protocol in a way after which nothing it sends can be trusted.</summary>
    Violation,

    /// <summary>The TLS handshake failed.</summary>
    TlsFailed,

    /// <summary>A bug or broken I/O of ours.</summary>
    Failed,
}
