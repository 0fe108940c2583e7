using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Toolkit.Net;

/// <summary>
/// The network that stands for a client in tables: an IPv4 address, and a /64 of IPv6, within which one customer can have any address it likes.
/// A value of 24 bytes, so that it is a key without allocation.
/// </summary>
public readonly record struct ClientNetwork : ISpanParsable<ClientNetwork>
{
    private const int V4Bits = 32;
    private const int V6Bits = 128;

    /// <summary>Bytes that <see cref="WriteTo"/> fills.</summary>
    internal const int WireBytes = 18;

    private readonly UInt128 _bits;
    private readonly byte _prefixLength;
    private readonly bool _isV4;

    private ClientNetwork(UInt128 bits, int prefixLength, bool isV4)
    {
        int width = isV4 ? V4Bits : V6Bits;
        _bits = prefixLength == 0 ? UInt128.Zero : bits & (UInt128.MaxValue << (width - prefixLength));
        _prefixLength = (byte)prefixLength;
        _isV4 = isV4;
    }

    /// <summary>Length of the prefix: 0 to 32, or 0 to 128.</summary>
    public int PrefixLength => _prefixLength;

    /// <summary>The network of a client.</summary>
    /// <param name="client">The address; an IPv4-mapped one is IPv4, a scope id plays no part.</param>
    /// <param name="prefixLengthV4">0 to 32; default 32.</param>
    /// <param name="prefixLengthV6">0 to 128; default 64.</param>
    public static ClientNetwork Of(IPAddress client, int prefixLengthV4 = V4Bits, int prefixLengthV6 = 64)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)prefixLengthV4, (uint)V4Bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)prefixLengthV6, (uint)V6Bits);
        Span<byte> bytes = stackalloc byte[16];
        client.TryWriteBytes(bytes, out int count);
        if (count == 4)
        {
            return new ClientNetwork(BinaryPrimitives.ReadUInt32BigEndian(bytes), prefixLengthV4, isV4: true);
        }

        return client.IsIPv4MappedToIPv6
            ? new ClientNetwork(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), prefixLengthV4, isV4: true)
            : new ClientNetwork(BinaryPrimitives.ReadUInt128BigEndian(bytes), prefixLengthV6, isV4: false);
    }

    /// <inheritdoc />
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out ClientNetwork result)
    {
        if (IPNetwork.TryParse(s, out IPNetwork network))
        {
            bool isV4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
            result = Of(network.BaseAddress, isV4 ? network.PrefixLength : V4Bits, isV4 ? V6Bits : network.PrefixLength);
            return true;
        }

        result = default;
        return false;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ClientNetwork result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc />
    public static ClientNetwork Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out ClientNetwork result) ? result : throw new FormatException($"'{s}' is not a network.");

    /// <inheritdoc />
    public static ClientNetwork Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <summary>Writes the network in a form of fixed length: family, prefix length, bits. For keys.</summary>
    internal void WriteTo(Span<byte> destination)
    {
        destination[0] = _isV4 ? (byte)4 : (byte)6;
        destination[1] = _prefixLength;
        BinaryPrimitives.WriteUInt128BigEndian(destination[2..], _bits);
    }

    /// <summary>CIDR form, such as <c>192.0.2.1/32</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (_isV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_bits);
            bytes = bytes[..4];
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
        }

        return $"{new IPAddress(bytes)}/{_prefixLength}";
    }
}
