using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Protocol.Proxy;

/// <summary>Writes PROXY headers, for clients of ours that stand in front of others, and for tests.</summary>
public static class ProxyHeaderWriter
{
    /// <summary>Writes version 1 (PROXY protocol §2.1).</summary>
    /// <param name="source">The client; null writes UNKNOWN. Both addresses must be of one family.</param>
    /// <param name="destination">The address it connected to.</param>
    /// <param name="output">Where it goes.</param>
    public static void WriteV1(IPEndPoint? source, IPEndPoint? destination, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (source is null || destination is null)
        {
            output.Write("PROXY UNKNOWN\r\n"u8);
            return;
        }

        ThrowIfMixed(source, destination);
        string family = source.AddressFamily == AddressFamily.InterNetwork ? "TCP4" : "TCP6";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"PROXY {family} {source.Address} {destination.Address} {source.Port} {destination.Port}\r\n");
        Encoding.ASCII.GetBytes(line, output);
    }

    /// <summary>Writes version 2 with command LOCAL, as a health check (§2.2).</summary>
    public static void WriteV2Local(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(ProxyV2Parser.Signature);
        // Version 2, command LOCAL, no family, no block.
        ReadOnlySpan<byte> command = [0x20, 0x00, 0x00, 0x00];
        output.Write(command);
    }

    /// <summary>Writes version 2 with command PROXY (§2.2).</summary>
    /// <param name="source">The client. Both addresses must be of one family.</param>
    /// <param name="destination">The address it connected to.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="uniqueId">The id of the connection, at most 128 bytes; empty writes none.</param>
    /// <param name="authority">The host name from SNI; empty writes none.</param>
    /// <param name="checksum">Whether a CRC-32C is added (§2.2.3).</param>
    public static void WriteV2(
        IPEndPoint source, IPEndPoint destination, IBufferWriter<byte> output, ReadOnlySpan<byte> uniqueId = default, string authority = "", bool checksum = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(output);
        ThrowIfMixed(source, destination);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uniqueId.Length, 128);

        byte[] name = Encoding.UTF8.GetBytes(authority);
        int addressBytes = source.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;
        int payload = (2 * addressBytes) + 4 + TlvLength(uniqueId.Length) + TlvLength(name.Length) + (checksum ? TlvLength(4) : 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload, ProxyHeaderParser.V2PayloadBytesMax, nameof(authority));

        byte[] header = new byte[ProxyV2Parser.FixedBytes + payload];
        ProxyV2Parser.Signature.CopyTo(header);
        header[12] = 0x21;
        header[13] = addressBytes == 4 ? (byte)0x11 : (byte)0x21;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)payload);
        Span<byte> rest = header.AsSpan(ProxyV2Parser.FixedBytes);
        source.Address.TryWriteBytes(rest, out _);
        destination.Address.TryWriteBytes(rest[addressBytes..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(2 * addressBytes)..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(rest[((2 * addressBytes) + 2)..], (ushort)destination.Port);
        rest = rest[((2 * addressBytes) + 4)..];
        WriteTlv(ref rest, ProxyTlvType.UniqueId, uniqueId);
        WriteTlv(ref rest, ProxyTlvType.Authority, name);
        if (checksum) WriteChecksum(header, rest);
        output.Write(header);
    }

    private static int TlvLength(int value) => value == 0 ? 0 : value + 3;

    private static void WriteTlv(ref Span<byte> target, byte type, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        target[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)value.Length);
        value.CopyTo(target[3..]);
        target = target[(3 + value.Length)..];
    }

    private static void WriteChecksum(ReadOnlySpan<byte> header, Span<byte> target)
    {
        target[0] = ProxyTlvType.Crc32C;
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], 4);
        // The four bytes are still zero, as §2.2.3 wants them while the sum is taken.
        BinaryPrimitives.WriteUInt32BigEndian(target[3..], ~Crc32C.Append(Crc32C.Seed, header));
    }

    private static void ThrowIfMixed(IPEndPoint source, IPEndPoint destination)
    {
        if (source.AddressFamily != destination.AddressFamily)
            throw new ArgumentException("Source and destination must be of one address family.", nameof(destination));
    }
}
