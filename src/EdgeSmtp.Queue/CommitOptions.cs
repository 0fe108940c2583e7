using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Queue;

/// <summary>How commits are gathered into batches.</summary>
public sealed class CommitOptions
{
    /// <summary>Longest time for which a commit waits for transactions that are being received, so that they share its fdatasync. Nothing waits while there are none.</summary>
    /// <value>0 to 100 ms. Default 1 ms: 0.12 instead of 0.79 syncs for each message at 6,000/s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:00.1")]
    public TimeSpan GatherMax { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Bytes written by one call, and so the memory of the write buffer.</summary>
    /// <value>64 KiB to 64 MiB. Default 4 MiB.</value>
    [Range(64 << 10, 64 << 20)]
    public int BatchBytesMax { get; set; } = 4 << 20;

    /// <summary>Longest time for which results of deliveries wait for a commit to ride on.</summary>
    /// <value>1 ms to 10 s. Default 100 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan SettleDelayMax { get; set; } = TimeSpan.FromMilliseconds(100);
}
