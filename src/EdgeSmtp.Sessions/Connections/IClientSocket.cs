namespace EdgeSmtp.Sessions.Connections;

/// <summary>What the session does to the socket itself: a feature of a connection that has one.</summary>
internal interface IClientSocket
{
    /// <summary>Bounds how long the client may leave bytes of ours unacknowledged, also behind a closed window (RFC 5482).</summary>
    void SetUnackedTimeout(TimeSpan timeout);

    /// <summary>Ends our direction. What was flushed still arrives.</summary>
    void EndSending();
}
