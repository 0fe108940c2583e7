using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Recovery;

/// <summary>A segment file as recovery found it.</summary>
/// <param name="slot">The number in the file name.</param>
/// <param name="length">Bytes of the file.</param>
internal sealed class RecoveredSegment(int slot, long length)
{
    /// <summary>The number in the file name.</summary>
    public int Slot => slot;

    /// <summary>Bytes of the file.</summary>
    public long Length => length;

    /// <summary>Its head; epoch 0 when it was never used.</summary>
    public SegmentHeader Header { get; set; }

    /// <summary>Whether its head is damaged and nothing else knows it.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Its last LSN, as far as known; 0 when a snapshot covers it anyway.</summary>
    public ulong LastLsn { get; set; }

    /// <summary>Where its frames end, as far as known.</summary>
    public long End { get; set; }

    /// <summary>Messages whose record lies here.</summary>
    public int LiveRecords { get; set; }

    /// <summary>Bytes of those records.</summary>
    public long LiveBytes { get; set; }
}
