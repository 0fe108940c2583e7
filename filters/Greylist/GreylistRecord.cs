using System.Buffers.Binary;
using System.Numerics;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>
/// One line of the store file: what is now known under a key. Later records replace earlier ones of the same kind and key, so any of them may be written twice.
/// 40 bytes: kind, a zero byte, passes (2), checksum (4), key (16), seen and dies (8 each, ms since 1970). Little-endian.
/// </summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Key">Digest of triple or client: no address is ever written.</param>
/// <param name="SeenAt">When it was first (waiting) or last (passed) seen.</param>
/// <param name="DiesAt">When it is forgotten.</param>
/// <param name="Passes">Triples of this client that passed; 0 for triples.</param>
internal readonly record struct GreylistRecord(GreylistKind Kind, UInt128 Key, DateTimeOffset SeenAt, DateTimeOffset DiesAt, ushort Passes)
{
    public const int Bytes = 40;

    private const int ChecksumAt = 4;
    private const long MillisecondsMax = 253_402_300_799_999;

    /// <summary>Writes it.</summary>
    public void WriteTo(Span<byte> destination)
    {
        destination[..8].Clear();
        destination[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], Passes);
        BinaryPrimitives.WriteUInt128LittleEndian(destination[8..], Key);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], SeenAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], DiesAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(destination[ChecksumAt..], Checksum(destination));
    }

    /// <summary>Reads one; damage is found.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out GreylistRecord record)
    {
        record = default;
        GreylistKind kind = (GreylistKind)source[0];
        if (!Enum.IsDefined(kind) || BinaryPrimitives.ReadUInt32LittleEndian(source[ChecksumAt..]) != Checksum(source))
        {
            return false;
        }

        long seenAt = BinaryPrimitives.ReadInt64LittleEndian(source[24..]);
        long diesAt = BinaryPrimitives.ReadInt64LittleEndian(source[32..]);
        if (seenAt is < 0 or > MillisecondsMax || diesAt is < 0 or > MillisecondsMax)
        {
            return false;
        }

        record = new GreylistRecord(
            kind,
            BinaryPrimitives.ReadUInt128LittleEndian(source[8..]),
            DateTimeOffset.FromUnixTimeMilliseconds(seenAt),
            DateTimeOffset.FromUnixTimeMilliseconds(diesAt),
            BinaryPrimitives.ReadUInt16LittleEndian(source[2..]));
        return true;
    }

    // CRC-32C over everything but itself.
    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(record));
        for (int i = 8; i < Bytes; i += sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(record[i..]));
        }

        return ~crc;
    }
}
