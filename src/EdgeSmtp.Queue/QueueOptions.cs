using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Queue;

/// <summary>Settings of the durable queue.</summary>
public sealed class QueueOptions
{
    /// <summary>The queue directory: made with mode 0700, used by one process.</summary>
    /// <value>A path. Required.</value>
    [Required]
    public string Directory { get; set; } = string.Empty;

    /// <summary>Batches.</summary>
    public CommitOptions Commit { get; set; } = new();

    /// <summary>Length of a segment. Changing it is safe: existing ones keep theirs, and a record that is too long for a new one stays where it is.</summary>
    /// <value>64 KiB to 1 GiB, at least four times <see cref="InlineBytesMax"/>. Default 64 MiB.</value>
    [Range(64 << 10, 1 << 30)]
    public int SegmentBytes { get; set; } = 64 << 20;

    /// <summary>Largest content that is written into the journal; a longer one goes to a body file of its own, so that small mail never waits behind it.</summary>
    /// <value>4 KiB to 16 MiB. Default 256 KiB.</value>
    [Range(4 << 10, 16 << 20)]
    public int InlineBytesMax { get; set; } = 256 << 10;

    /// <summary>Free segments prepared in advance, so that no commit waits for one. The last is a reserve for results of deliveries: intake gets 452 before it.</summary>
    /// <value>2 to 64. Default 2.</value>
    [Range(2, 64)]
    public int SegmentsAhead { get; set; } = 2;

    /// <summary>Free segments kept after a backlog; more are deleted.</summary>
    /// <value>2 to 1,024, at least <see cref="SegmentsAhead"/>. Default 8 (512 MiB).</value>
    [Range(2, 1024)]
    public int FreeSegmentsMax { get; set; } = 8;

    /// <summary>Bytes of free body files kept for reuse; the largest are deleted first.</summary>
    /// <value>0 to 1 TiB. Default 256 MiB.</value>
    [Range(0L, 1L << 40)]
    public long FreeBodyBytesMax { get; set; } = 256 << 20;

    /// <summary>Bytes of committed messages kept in memory, so that what is delivered at once is not read back. Part of the staging budget; oldest dropped first.</summary>
    /// <value>0 to 64 GiB. Default 64 MiB.</value>
    [Range(0L, 64L << 30)]
    public long HotBytesMax { get; set; } = 64 << 20;

    /// <summary>Ids of new messages that wait for the scheduler; more are found by their due time.</summary>
    /// <value>1 to 1,000,000. Default 10,000.</value>
    [Range(1, 1_000_000)]
    public int ArrivalsMax { get; set; } = 10_000;

    /// <summary>A sealed segment with at most this share of live bytes is compacted.</summary>
    /// <value>0.01 to 0.9. Default 0.25: three bytes are freed for each one copied.</value>
    [Range(0.01, 0.9)]
    public double CompactLiveShareMax { get; set; } = 0.25;

    /// <summary>Age from which a sealed segment is compacted: most mail is gone before, and then costs no copy.</summary>
    /// <value>0 to 1 day. Default 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CompactAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After a crash, deferred messages that are overdue become due spread over this time.</summary>
    /// <value>0 to 1 hour. Default 400 s, the first interval of the retry schedule.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CrashSpread { get; set; } = TimeSpan.FromSeconds(400);

    /// <summary>Threads that read messages back from disk.</summary>
    /// <value>1 to 32. Default 2.</value>
    [Range(1, 32)]
    public int ReaderThreads { get; set; } = 2;

    /// <summary>Checks what the attributes cannot say.</summary>
    /// <returns>What is wrong, or <c>null</c>.</returns>
    public string? FindError()
    {
        if (Directory.Length == 0)
        {
            return "Directory is missing.";
        }

        if (SegmentBytes / 4 < InlineBytesMax)
        {
            return "SegmentBytes must be at least four times InlineBytesMax.";
        }

        return FreeSegmentsMax < SegmentsAhead ? "FreeSegmentsMax must be at least SegmentsAhead." : null;
    }
}
