using System.Buffers.Binary;
using System.IO.Hashing;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Snapshots;

/// <summary>The first 512 bytes of an index snapshot.</summary>
/// <param name="Sequence">Rises with each snapshot; odd and even ones go to different files.</param>
/// <param name="Position">The point in the journal that it stands for.</param>
/// <param name="LastEpoch">The highest epoch given out.</param>
/// <param name="Chunks">Chunks behind the header.</param>
/// <param name="Hash">Chained over all chunks.</param>
/// <param name="IsClean">Whether the store was closed after it, so that nothing follows.</param>
internal readonly record struct SnapshotHeader(ulong Sequence, JournalPosition Position, ulong LastEpoch, long Chunks, ulong Hash, bool IsClean)
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 512;

    /// <summary>Bytes of a chunk: its used length, then items that never cross its end.</summary>
    public const int ChunkSize = 16 << 10;

    private const uint Magic = 0x58495145;
    private const int HashedLength = 72;

    /// <summary>Bytes of the whole snapshot.</summary>
    public long FileLength => Size + Chunks * ChunkSize;

    /// <summary>Writes it.</summary>
    /// <param name="target"><see cref="Size"/> bytes.</param>
    public void Write(Span<byte> target)
    {
        target[..Size].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(target[4..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(target[6..], IsClean ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Position.Lsn);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Position.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], Position.Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(target[40..], LastEpoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], Chunks);
        BinaryPrimitives.WriteUInt64LittleEndian(target[56..], Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(target[HashedLength..], XxHash3.HashToUInt64(target[..HashedLength]));
    }

    /// <summary>Reads it.</summary>
    /// <param name="source"><see cref="Size"/> bytes.</param>
    /// <param name="header">The header.</param>
    /// <returns><c>false</c> when it is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out SnapshotHeader header)
    {
        header = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(source[4..]) != 1
            || BinaryPrimitives.ReadUInt64LittleEndian(source[HashedLength..]) != XxHash3.HashToUInt64(source[..HashedLength]))
        {
            return false;
        }

        header = new SnapshotHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            new JournalPosition(
                BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[32..])),
            BinaryPrimitives.ReadUInt64LittleEndian(source[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[56..]),
            (BinaryPrimitives.ReadUInt16LittleEndian(source[6..]) & 1) != 0);
        return true;
    }
}
