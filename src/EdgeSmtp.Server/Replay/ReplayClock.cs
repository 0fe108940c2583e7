namespace EdgeSmtp.Server.Replay;

/// <summary>Tells filters the time of the record. Timers and stopwatches run in real time: a backend that does not answer is given up as ever.</summary>
internal sealed class ReplayClock : TimeProvider
{
    /// <summary>The time of the record.</summary>
    public DateTimeOffset Now { get; set; }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Now;
}
