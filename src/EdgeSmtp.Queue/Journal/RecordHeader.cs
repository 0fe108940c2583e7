using System.Buffers.Binary;

namespace EdgeSmtp.Queue.Journal;

/// <summary>The head of a record.</summary>
/// <param name="Type">What it says.</param>
/// <param name="External">Whether the content lies in a body file.</param>
/// <param name="MetaLength">Bytes of meta.</param>
/// <param name="ContentLength">Bytes of content, wherever it lies.</param>
/// <param name="Id">The message.</param>
/// <param name="MetaHash">Checksum of meta.</param>
/// <param name="ContentHash">Checksum of content.</param>
internal readonly record struct RecordHeader(RecordType Type, bool External, int MetaLength, long ContentLength, ulong Id, ulong MetaHash, ulong ContentHash)
{
    /// <summary>Bytes of the head.</summary>
    public const int Size = 40;

    /// <summary>Bytes of head, meta and inline content, padding included.</summary>
    public long RecordLength => Size + Layout.Pad((long)MetaLength) + (External ? 0 : Layout.Pad(ContentLength));

    /// <summary>Where inline content begins in the record.</summary>
    public int ContentOffset => Size + Layout.Pad(MetaLength);

    /// <summary>Writes it.</summary>
    /// <param name="target">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)Type | (External ? 0x100u : 0));
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], MetaLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], ContentLength);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Id);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], MetaHash);
        BinaryPrimitives.WriteUInt64LittleEndian(target[32..], ContentHash);
    }

    /// <summary>Reads it, right or wrong; lengths below 0 read as a length that fits nowhere.</summary>
    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    public static RecordHeader Read(ReadOnlySpan<byte> source)
    {
        int metaLength = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        long contentLength = BinaryPrimitives.ReadInt64LittleEndian(source[8..]);
        return new RecordHeader(
            (RecordType)source[0],
            (source[1] & 1) != 0,
            metaLength < 0 || metaLength > int.MaxValue - 64 ? int.MaxValue - 64 : metaLength,
            contentLength is < 0 or > 1L << 40 ? 1L << 40 : contentLength,
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[32..]));
    }
}
