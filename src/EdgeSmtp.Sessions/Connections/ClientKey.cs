using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>An address, or the network around it, as a key that needs no memory of its own.</summary>
/// <param name="Bits">The address, left-aligned; bits behind the prefix are zero.</param>
/// <param name="PrefixLength">Bits that count; 33 and more belong to IPv6, so that no IPv4 key equals one of IPv6.</param>
internal readonly record struct ClientKey(UInt128 Bits, byte PrefixLength)
{
    /// <summary>The network that is limited as one: /24 for IPv4; /64 for IPv6, the least that a site gets (RFC 6177 §2).</summary>
    public static ClientKey NetworkOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Of(address, 24) : Of(address, 64);

    public static ClientKey AddressOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Of(address, 32) : Of(address, 128);

    private static ClientKey Of(IPAddress address, byte prefixLength)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        return new ClientKey(BinaryPrimitives.ReadUInt128BigEndian(bytes) & (UInt128.MaxValue << (128 - prefixLength)), prefixLength);
    }
}
