using System.Buffers.Binary;
using System.Net;

namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>Headers of the PROXY protocol, version 2 (its specification, §2.2).</summary>
internal static class ProxyHeader
{
    private static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>A connection of the client to port 25 of an address of the same family.</summary>
    public static byte[] Of(IPAddress client)
    {
        byte[] source = client.GetAddressBytes();
        byte[] target = IPAddress.Parse(source.Length == 4 ? "192.0.2.25" : "2001:db8::25").GetAddressBytes();
        byte[] ports = [0x9C, 0x40, 0, 25];
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(source.Length + target.Length + ports.Length));
        return [.. Signature, 0x21, source.Length == 4 ? (byte)0x11 : (byte)0x21, .. length, .. source, .. target, .. ports];
    }
}
