using EdgeSmtp.Queue.FileSystem;

namespace EdgeSmtp.Queue.Journal;

/// <summary>One segment as the running queue knows it. Guarded by the store's lock, but for <see cref="File"/>.</summary>
/// <param name="slot">The number in the file name.</param>
/// <param name="file">Open for reading and writing.</param>
internal sealed class Segment(int slot, IQueueFile file)
{
    /// <summary>The number in the file name.</summary>
    public int Slot { get; } = slot;

    /// <summary>The open file.</summary>
    public IQueueFile File { get; } = file;

    /// <summary>Bytes of the file.</summary>
    public long Length { get; } = file.Length;

    /// <summary>Where it is in its life.</summary>
    public SegmentState State { get; set; }

    /// <summary>Its epoch; 0 when it was never used.</summary>
    public ulong Epoch { get; set; }

    /// <summary>Seed of its checksums.</summary>
    public ulong Nonce { get; set; }

    /// <summary>Its last LSN. The journal may forget it once a snapshot covers this.</summary>
    public ulong LastLsn { get; set; }

    /// <summary>Where its frames end.</summary>
    public long End { get; set; }

    /// <summary>Messages whose record lies here.</summary>
    public int LiveRecords { get; set; }

    /// <summary>Bytes of those records.</summary>
    public long LiveBytes { get; set; }

    /// <summary>When it was sealed, in milliseconds since 1970.</summary>
    public long SealedMilliseconds { get; set; }
}
