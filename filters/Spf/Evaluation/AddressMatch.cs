using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Filters.Spf.Records;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>Whether a client lies in a network.</summary>
internal static class AddressMatch
{
    /// <summary>Compares with the prefix of the mechanism. Families never match one another: an IPv4-mapped network is one of IPv6 (RFC 7208 §5).</summary>
    /// <param name="client">The client; never an IPv4-mapped address.</param>
    /// <param name="address">An address of the network.</param>
    /// <param name="mechanism">Says how long the prefix is.</param>
    public static bool IsWithin(IPAddress client, IPAddress address, Mechanism mechanism)
    {
        if (client.AddressFamily != address.AddressFamily)
        {
            return false;
        }

        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        client.TryWriteBytes(left, out _);
        address.TryWriteBytes(right, out _);
        if (client.AddressFamily == AddressFamily.InterNetwork)
        {
            uint differing = BinaryPrimitives.ReadUInt32BigEndian(left) ^ BinaryPrimitives.ReadUInt32BigEndian(right);
            return mechanism.PrefixV4 == 0 || differing >> (32 - mechanism.PrefixV4) == 0;
        }

        UInt128 other = BinaryPrimitives.ReadUInt128BigEndian(left) ^ BinaryPrimitives.ReadUInt128BigEndian(right);
        return mechanism.PrefixV6 == 0 || other >> (128 - mechanism.PrefixV6) == UInt128.Zero;
    }
}
