namespace EdgeSmtp.Sessions.Transport;

/// <summary>Something that a loop watches.</summary>
internal abstract class EpollEntry
{
    /// <summary>Which place in the loop's table it has, and how often that had an owner before: an event that comes too late finds nobody.</summary>
    public ulong Token { get; set; }

    /// <summary>Its socket has changed. On the loop's thread: must be quick and must not throw.</summary>
    public abstract void OnEvents(SocketEvents events);
}
