using EdgeSmtp.Queue.Envelopes;

namespace EdgeSmtp.Queue.Snapshots;

/// <summary>What a snapshot knows of a segment in use, so that sealed ones need no walk.</summary>
/// <param name="Slot">The number in the file name.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Nonce">Seed of its checksums.</param>
/// <param name="LastLsn">Its last LSN at the time.</param>
/// <param name="End">Where its frames ended at the time.</param>
internal readonly record struct SegmentItem(int Slot, ulong Epoch, ulong Nonce, ulong LastLsn, long End)
{
    /// <summary>Writes it.</summary>
    /// <param name="writer">Takes the bytes.</param>
    public void Write(ByteWriter writer)
    {
        writer.Int32(Slot);
        writer.Int64((long)Epoch);
        writer.Int64((long)Nonce);
        writer.Int64((long)LastLsn);
        writer.Int64(End);
    }

    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands before it.</param>
    public static SegmentItem Read(ref ByteReader reader) =>
        new(reader.Int32(), (ulong)reader.Int64(), (ulong)reader.Int64(), (ulong)reader.Int64(), reader.Int64());
}
