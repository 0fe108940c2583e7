namespace EdgeSmtp.Core.Timing;

/// <summary>Something with a deadline. Setting it costs one write; no timer is made for it.</summary>
public abstract class HeartbeatEntry
{
    private long _deadline = long.MaxValue;

    /// <summary>When it is due, in milliseconds of <see cref="Heartbeat.Now"/>; <see cref="long.MaxValue"/> for never. It is called at each tick until this is put off.</summary>
    public long Deadline
    {
        get => Volatile.Read(ref _deadline);
        set => Volatile.Write(ref _deadline, value);
    }

    internal HeartbeatEntry? Next { get; set; }

    internal HeartbeatEntry? Previous { get; set; }

    internal bool IsLinked { get; set; }

    /// <summary>The deadline has passed. Runs on the timer's thread: it may cancel a wait and set a flag, no more.</summary>
    /// <param name="now">The time in milliseconds of <see cref="Heartbeat.Now"/>.</param>
    protected internal abstract void OnDue(long now);

    /// <summary>Somebody called <see cref="Heartbeat.Wake"/>: what every entry watches has changed. Runs on the caller's thread.</summary>
    protected internal virtual void OnWake()
    {
    }
}
