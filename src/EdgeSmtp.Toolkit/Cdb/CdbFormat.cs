using System.Buffers.Binary;

namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>
/// The format of D. J. Bernstein's constant database: a header of 256 times (position, slots), the records (key length, data length, key, data), and 256 open hash
/// tables of (hash, position of the record). All numbers are 32 bits, the low byte first.
/// </summary>
internal static class CdbFormat
{
    public const int Tables = 256;
    public const int HeaderBytes = Tables * PairBytes;
    public const int PairBytes = 8;

    public static uint Hash(ReadOnlySpan<byte> key)
    {
        uint hash = 5381;
        foreach (byte b in key)
        {
            hash = ((hash << 5) + hash) ^ b;
        }

        return hash;
    }

    public static (uint First, uint Second) ReadPair(ReadOnlySpan<byte> at) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(at), BinaryPrimitives.ReadUInt32LittleEndian(at[4..]));

    public static void WritePair(Span<byte> at, uint first, uint second)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at, first);
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], second);
    }
}
