using System.Buffers.Binary;

namespace EdgeSmtp.Toolkit.Tables;

/// <summary>A whole SHA-256: the name of a content, or a key that includes one. Equal digests mean equal contents, also where somebody would gain by two that meet.</summary>
/// <param name="High">Its first 16 bytes, big-endian.</param>
/// <param name="Low">Its last 16 bytes, big-endian.</param>
public readonly record struct Digest256(UInt128 High, UInt128 Low)
{
    internal static Digest256 Read(ReadOnlySpan<byte> digest) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[(digest.Length / 2)..]));
}
