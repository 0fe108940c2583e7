using System.Buffers.Binary;
using System.IO.Hashing;

namespace EdgeSmtp.Queue.Journal;

/// <summary>The head of a frame.</summary>
/// <param name="Length">Bytes of the frame.</param>
/// <param name="Lsn">Its number.</param>
/// <param name="Epoch">Epoch of its segment.</param>
/// <param name="BatchLsn">LSN of the first frame that was written together with it.</param>
/// <param name="Records">How many records it has.</param>
internal readonly record struct FrameHeader(int Length, ulong Lsn, ulong Epoch, ulong BatchLsn, int Records)
{
    /// <summary>Bytes of the head.</summary>
    public const int Size = 48;

    private const uint Magic = 0x52465145;
    private const int ChecksumOffset = 40;

    /// <summary>The first bytes of every frame, to search for.</summary>
    public static ReadOnlySpan<byte> MagicBytes => "EQFR"u8;

    /// <summary>Writes the head; the record headers are already in place.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="nonce">Of the segment.</param>
    public void Write(Span<byte> frame, ulong nonce)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], Length);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], Lsn);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[16..], Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[24..], BatchLsn);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[32..], (uint)Records);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[ChecksumOffset..], 0);
        if (TryHash(frame, Records, nonce, out ulong hash))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(frame[ChecksumOffset..], hash);
        }
    }

    /// <summary>Reads a head and verifies it with all its record headers; not their meta and content.</summary>
    /// <param name="data">From the frame's first byte on, as far as the segment goes.</param>
    /// <param name="epoch">Epoch of the segment.</param>
    /// <param name="nonce">Of the segment.</param>
    /// <param name="header">The head.</param>
    public static bool TryRead(ReadOnlySpan<byte> data, ulong epoch, ulong nonce, out FrameHeader header)
    {
        header = default;
        if (data.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(data) != Magic || BinaryPrimitives.ReadUInt64LittleEndian(data[16..]) != epoch)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(data[4..]);
        ulong records = BinaryPrimitives.ReadUInt64LittleEndian(data[32..]);
        if (length < Size || length > data.Length || records > (ulong)length
            || !TryHash(data[..length], (int)records, nonce, out ulong hash)
            || hash != BinaryPrimitives.ReadUInt64LittleEndian(data[ChecksumOffset..]))
        {
            return false;
        }

        header = new FrameHeader(
            length, BinaryPrimitives.ReadUInt64LittleEndian(data[8..]), epoch, BinaryPrimitives.ReadUInt64LittleEndian(data[24..]), (int)records);
        return true;
    }

    /// <summary>Chains the hash over the head and each record header: lengths and checksums of everything are covered without hashing content twice.</summary>
    private static bool TryHash(ReadOnlySpan<byte> frame, int records, ulong nonce, out ulong hash)
    {
        hash = XxHash3.HashToUInt64(frame[..ChecksumOffset], (long)nonce);
        int offset = Size;
        for (int i = 0; i < records; i++)
        {
            if (frame.Length - offset < RecordHeader.Size)
            {
                return false;
            }

            RecordHeader record = RecordHeader.Read(frame[offset..]);
            long length = record.RecordLength;
            if (length < RecordHeader.Size || length > frame.Length - offset)
            {
                return false;
            }

            hash = XxHash3.HashToUInt64(frame.Slice(offset, RecordHeader.Size), (long)hash);
            offset += (int)length;
        }

        return offset == frame.Length;
    }
}
