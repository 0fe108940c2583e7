namespace EdgeSmtp.Filters.GreetDelay;

/// <summary>What this filter knows of a session. Shared objects, so that marking a session allocates nothing.</summary>
internal sealed class SessionMark
{
    /// <summary>The greeting is held back, or was and the client has not introduced itself.</summary>
    public static readonly SessionMark Delayed = new();

    /// <summary>It introduced itself after the greeting; nothing bad happened since.</summary>
    public static readonly SessionMark Waited = new();

    /// <summary>It also came as far as MAIL: a client to remember.</summary>
    public static readonly SessionMark Behaved = new();

    /// <summary>It broke the protocol: it is not remembered, whatever comes later.</summary>
    public static readonly SessionMark Misbehaved = new();

    /// <summary>It has ended.</summary>
    public static readonly SessionMark Ended = new();

    private SessionMark()
    {
    }
}
