namespace EdgeSmtp.Sessions.Connections;

/// <summary>Why a read of a session returned.</summary>
internal enum ReadOutcome : byte
{
    /// <summary>There are new bytes.</summary>
    Data,

    /// <summary>The client closed its half; nothing more comes.</summary>
    Ended,

    /// <summary>The client took too long for this.</summary>
    TimedOut,

    /// <summary>The session took too long.</summary>
    SessionTimedOut,

    /// <summary>Somebody woke the session: look whether the server drains, and read on.</summary>
    Woken,
}
