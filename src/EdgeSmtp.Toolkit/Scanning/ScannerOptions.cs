using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Options that a filter with a content scanner outside the process has beside its own: its lane, and what becomes of a message that does not get through it.</summary>
public abstract record ScannerOptions
{
    /// <summary>Deadline of a scan by one server, waiting for a place included. 100 milliseconds to 4 minutes; default 20 seconds. The filter's own <c>Timeout</c> has to leave room for it, times the number of servers.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:04:00")]
    public TimeSpan ScanTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Scans in flight at each server: no more than it has children, or they wait there unseen. 1 to 1,000; default 4.</summary>
    [Range(1, 1000)]
    public int ConcurrencyMax { get; init; } = 4;

    /// <summary>Messages that may wait for a place at each server. 0 to 10,000; default 32. With more, the lane is full.</summary>
    [Range(0, 10_000)]
    public int WaitingMax { get; init; } = 32;

    /// <summary>Failures one after the other that open the breaker: the server counts as dead and is not asked. 1 to 1,000; default 5.</summary>
    [Range(1, 1000)]
    public int BreakerFailures { get; init; } = 5;

    /// <summary>How long an open breaker waits until it lets one scan through to see. 100 milliseconds to 10 minutes; default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What becomes of a message when the lane is full. Default <see cref="ScanFallback.Defer"/>.</summary>
    public ScanFallback WhenBusy { get; init; }

    /// <summary>What becomes of a message when no server answers. Default <see cref="ScanFallback.Defer"/>.</summary>
    public ScanFallback WhenDown { get; init; }

    /// <summary>Largest message that is scanned, in bytes. 1,024 to 1,073,741,824; the default is that of the filter.</summary>
    [Range(1024L, 1L << 30)]
    public virtual long SizeBytesMax { get; init; } = 10L << 20;

    /// <summary>What becomes of a larger one. Default <see cref="UnscannedAction.Mark"/>.</summary>
    public UnscannedAction Unscanned { get; init; }

    /// <summary>Findings that are remembered.</summary>
    public VerdictCacheOptions Cache { get; init; } = new();
}
