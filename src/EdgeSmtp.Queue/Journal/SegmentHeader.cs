using System.Buffers.Binary;
using System.IO.Hashing;

namespace EdgeSmtp.Queue.Journal;

/// <summary>The head of a segment, as it was activated.</summary>
/// <param name="Flags">Properties.</param>
/// <param name="Slot">The number in the file name.</param>
/// <param name="Epoch">Rises with each activation; 0 in a segment that was never used.</param>
/// <param name="Nonce">Seeds the checksums of this activation, so that nothing older in the file is valid.</param>
/// <param name="FirstLsn">LSN of its first frame.</param>
/// <param name="PreviousEpoch">Epoch of the segment before; 0 for the first.</param>
/// <param name="PreviousEnd">Where the segment before ends.</param>
internal readonly record struct SegmentHeader(
    SegmentFlags Flags, int Slot, ulong Epoch, ulong Nonce, ulong FirstLsn, ulong PreviousEpoch, long PreviousEnd)
{
    private const uint Magic = 0x47535145;
    private const ushort Version = 1;
    private const int Length = 64;

    /// <summary>Writes both copies.</summary>
    /// <param name="block">The first <see cref="Layout.FramesOffset"/> bytes of the segment.</param>
    public void Write(Span<byte> block)
    {
        block[..Layout.FramesOffset].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(block[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(block[6..], (ushort)Flags);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], Slot);
        BinaryPrimitives.WriteUInt64LittleEndian(block[16..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(block[24..], Nonce);
        BinaryPrimitives.WriteUInt64LittleEndian(block[32..], FirstLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(block[40..], PreviousEpoch);
        BinaryPrimitives.WriteInt64LittleEndian(block[48..], PreviousEnd);
        BinaryPrimitives.WriteUInt64LittleEndian(block[56..], XxHash3.HashToUInt64(block[..56]));
        block[..Length].CopyTo(block[Layout.SecondHeaderOffset..]);
    }

    /// <summary>Reads whichever copy is valid; the one with the higher epoch when a write was torn between them.</summary>
    /// <param name="block">The first <see cref="Layout.FramesOffset"/> bytes of the segment.</param>
    /// <param name="header">The head.</param>
    /// <returns><c>false</c> when neither is valid: never used, or damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> block, out SegmentHeader header)
    {
        bool first = TryReadOne(block, out header);
        if (TryReadOne(block[Layout.SecondHeaderOffset..], out SegmentHeader second) && (!first || second.Epoch > header.Epoch))
        {
            header = second;
            return true;
        }

        return first;
    }

    private static bool TryReadOne(ReadOnlySpan<byte> copy, out SegmentHeader header)
    {
        header = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(copy) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(copy[4..]) != Version
            || BinaryPrimitives.ReadUInt64LittleEndian(copy[56..]) != XxHash3.HashToUInt64(copy[..56]))
        {
            return false;
        }

        header = new SegmentHeader(
            (SegmentFlags)BinaryPrimitives.ReadUInt16LittleEndian(copy[6..]),
            BinaryPrimitives.ReadInt32LittleEndian(copy[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(copy[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(copy[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(copy[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(copy[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(copy[48..]));
        return true;
    }
}
