using System.Numerics;

namespace EdgeSmtp.Protocol.Proxy;

/// <summary>The Castagnoli checksum of PP2_TYPE_CRC32C (RFC 4960 appendix B).</summary>
internal static class Crc32C
{
    /// <summary>Begins a checksum; pass the result through <see cref="Append"/> and complement it at the end.</summary>
    public const uint Seed = 0xFFFFFFFF;

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
