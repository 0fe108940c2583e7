using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using EdgeSmtp.Protocol.Proxy;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Proxy;

public sealed class ProxyHeaderParserTests
{
    private static readonly IPEndPoint V4 = IPEndPoint.Parse("192.0.2.1:1234");
    private static readonly IPEndPoint V4Here = IPEndPoint.Parse("198.51.100.2:25");
    private static readonly IPEndPoint V6 = IPEndPoint.Parse("[2001:db8::1]:65535");
    private static readonly IPEndPoint V6Here = IPEndPoint.Parse("[2001:db8::2]:25");

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\r\n", "192.0.2.1:1234", "198.51.100.2:25")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 65535 0\r\n", "[2001:db8::1]:65535", "[::1]:0")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f 65535 65535\r\n", null, null)]
    public void TryParse_Version1_SplitAtEveryByte(string line, string? source, string? destination)
    {
        ProxyHeader header = ParseAtEverySplit(Bytes.Of(line));
        Assert.Equal(1, header.Version);
        Assert.Equal(source is null ? ProxyKind.Unknown : ProxyKind.Tcp, header.Kind);
        Assert.Equal(source is null ? null : IPEndPoint.Parse(source), header.Source);
        Assert.Equal(destination is null ? null : IPEndPoint.Parse(destination), header.Destination);
    }

    [Theory]
    [InlineData("EHLO a\r\n")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.2 1234 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 1234 25 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 1234 25 26\r\n")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.2 1234 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 1234\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 01234 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 65536 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 -1 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.2 1234 25\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1234 25\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 ::1 1234 25\r\n")]
    [InlineData("PROXY TCP6 ::1%eth0 ::1 1234 25\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.2 1234 25\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("\r\nE")]
    [InlineData("\r\n\r\n\0\r\nQUIX\n")]
    public void TryParse_Malformed_IsBad(string bytes) => AssertBad(Bytes.Of(bytes));

    [Theory]
    [InlineData(106, ProxyParseResult.Ok)]
    [InlineData(107, ProxyParseResult.Ok)]
    [InlineData(108, ProxyParseResult.Bad)]
    public void TryParse_Version1LineAroundItsLimit_IsTakenUpToIt(int length, ProxyParseResult result)
    {
        byte[] line = Bytes.Of("PROXY UNKNOWN " + new string('x', length - 16) + "\r\n");
        Assert.Equal(length, line.Length);
        Assert.Equal(result, ProxyHeaderParser.TryParse(line, out _, out _));
    }

    [Fact]
    public void TryParse_Version2_SplitAtEveryByte()
    {
        foreach ((IPEndPoint source, IPEndPoint destination) in new[] { (V4, V4Here), (V6, V6Here) })
        {
            foreach (bool checksum in new[] { false, true })
            {
                ProxyHeader header = ParseAtEverySplit(Write(source, destination, "id-1", "mx.example", checksum));
                Assert.Equal(2, header.Version);
                Assert.Equal(ProxyKind.Tcp, header.Kind);
                Assert.Equal(source, header.Source);
                Assert.Equal(destination, header.Destination);
                Assert.Equal("id-1", Bytes.Text(header.UniqueId.Span));
                Assert.Equal("mx.example", header.Authority);
                Assert.Null(header.Tls);
            }
        }
    }

    [Fact]
    public void TryParse_Version2Local_SkipsItsBlock()
    {
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteV2Local(output);
        Assert.Equal(ProxyKind.Local, ParseAtEverySplit(output.WrittenSpan.ToArray()).Kind);
        // HAProxy sends addresses with LOCAL too; they are not the client's.
        byte[] header = Write(V4, V4Here, "x", "", false);
        header[12] = 0x20;
        Assert.Equal(ProxyKind.Local, ParseAtEverySplit(header).Kind);
        Assert.Null(ParseAtEverySplit(header).Source);
    }

    [Theory]
    [InlineData(0x00, 0)]
    [InlineData(0x00, 50)]
    [InlineData(0x31, 216)]
    public void TryParse_Version2WithoutTcpAddresses_IsUnknown(byte family, int payload)
    {
        ProxyHeader header = ParseAtEverySplit(Raw(0x21, family, new byte[payload]));
        Assert.Equal(ProxyKind.Unknown, header.Kind);
        Assert.Null(header.Source);
    }

    [Theory]
    [InlineData(0x11, 0x11, 12)]
    [InlineData(0x31, 0x11, 12)]
    [InlineData(0x22, 0x11, 12)]
    [InlineData(0x21, 0x11, 11)]
    [InlineData(0x21, 0x21, 35)]
    [InlineData(0x21, 0x31, 215)]
    [InlineData(0x21, 0x12, 12)]
    [InlineData(0x21, 0x22, 36)]
    [InlineData(0x21, 0x41, 12)]
    [InlineData(0x21, 0x10, 12)]
    [InlineData(0x21, 0x11, 14)]
    [InlineData(0x21, 0x11, 4097)]
    public void TryParse_Version2Malformed_IsBad(byte command, byte family, int payload) =>
        AssertBad(Raw(command, family, Enumerable.Repeat((byte)0xEE, payload).ToArray()));

    [Theory]
    [InlineData(ProxyHeaderParser.V2PayloadBytesMax - 1, ProxyParseResult.Ok)]
    [InlineData(ProxyHeaderParser.V2PayloadBytesMax, ProxyParseResult.Ok)]
    [InlineData(ProxyHeaderParser.V2PayloadBytesMax + 1, ProxyParseResult.Bad)]
    public void TryParse_Version2AroundItsLimit_IsTakenUpToIt(int payload, ProxyParseResult result) =>
        Assert.Equal(result, ProxyHeaderParser.TryParse(Raw(0x20, 0, new byte[payload]), out _, out _));

    [Fact]
    public void TryParse_WrongChecksum_IsBad()
    {
        byte[] header = Write(V4, V4Here, "id", "", true);
        Assert.Equal(ProxyParseResult.Ok, ProxyHeaderParser.TryParse(header, out _, out _));
        header[^1] ^= 1;
        AssertBad(header);
        header[^1] ^= 1;
        header[16] ^= 1;
        AssertBad(header);
    }

    /// <summary>The check value of CRC-32C (RFC 3720 appendix B.4 gives further ones).</summary>
    [Fact]
    public void Crc32C_CheckValue_IsTheKnownOne()
    {
        Assert.Equal(0xE3069283u, ~Crc32C.Append(Crc32C.Seed, "123456789"u8));
        Assert.Equal(0x8A9136AAu, ~Crc32C.Append(Crc32C.Seed, new byte[32]));
    }

    [Theory]
    [InlineData(0x01, 1u, true, false, false)]
    [InlineData(0x03, 0u, true, true, true)]
    [InlineData(0x05, 0u, true, true, true)]
    [InlineData(0x03, 1u, true, true, false)]
    [InlineData(0x01, 0u, true, false, false)]
    [InlineData(0x00, 0u, false, false, false)]
    public void TryParse_SslTlv_IsRead(byte client, uint verify, bool isTls, bool certificate, bool verified)
    {
        byte[] value = [client, 0, 0, 0, 0, .. Tlv(0x21, "TLSv1.3"), .. Tlv(0x22, "cn\r\n"), .. Tlv(0x23, "AES"), .. Tlv(0x2f, "?")];
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(1), verify);
        ProxyHeader header = ParseAtEverySplit(Raw(0x21, 0x11, [.. new byte[12], .. Tlv(0x01, "h2"), .. Tlv(0x20, Bytes.Text(value)), .. Tlv(0x04, "noop")]));
        Assert.Equal(new ProxyTls(isTls, certificate, verified, "TLSv1.3", "cn  ", "AES"), header.Tls);
    }

    [Fact]
    public void TryParse_BadTlvs_AreBad()
    {
        AssertBad(Raw(0x21, 0x11, [.. new byte[12], 0x05, 0x00]));
        AssertBad(Raw(0x21, 0x11, [.. new byte[12], 0x05, 0x00, 0x02, 0x01]));
        AssertBad(Raw(0x21, 0x11, [.. new byte[12], .. Tlv(0x03, "abc")]));
        AssertBad(Raw(0x21, 0x11, [.. new byte[12], .. Tlv(0x20, "abcd")]));
        AssertBad(Raw(0x21, 0x11, [.. new byte[12], .. Tlv(0x20, "abcde!")]));
        AssertBad(Raw(0x21, 0x11, [.. new byte[12], .. Tlv(0x05, new string('x', 129))]));
        Assert.Equal(128, ParseAtEverySplit(Raw(0x21, 0x11, [.. new byte[12], .. Tlv(0x05, new string('x', 128))])).UniqueId.Length);
    }

    [Fact]
    public void TryParse_RandomBytes_NeverThrows()
    {
        Random random = new(91);
        byte[] good = Write(V6, V6Here, "unique", "mx.example", true);
        byte[] text = Bytes.Of("PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\r\n");
        for (int round = 0; round < 50_000; round++)
        {
            byte[] input = (byte[])(round % 2 == 0 ? good : text).Clone();
            for (int i = random.Next(1, 4); i > 0; i--) input[random.Next(input.Length)] = (byte)random.Next(256);
            ProxyParseResult result = ProxyHeaderParser.TryParse(input, out ProxyHeader? header, out int consumed);
            Assert.Equal(result == ProxyParseResult.Ok, header is not null);
            Assert.True(result == ProxyParseResult.Ok ? consumed > 0 : consumed == 0);
        }
    }

    [Fact]
    public void WriteV1_EndPoints_AreParsedBack()
    {
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteV1(V6, V6Here, output);
        Assert.Equal(V6, ParseAtEverySplit(output.WrittenSpan.ToArray()).Source);
        output = new();
        ProxyHeaderWriter.WriteV1(null, null, output);
        Assert.Equal(ProxyKind.Unknown, ParseAtEverySplit(output.WrittenSpan.ToArray()).Kind);
        Assert.Throws<ArgumentException>(() => ProxyHeaderWriter.WriteV1(V4, V6, output));
    }

    private static byte[] Write(IPEndPoint source, IPEndPoint destination, string id, string authority, bool checksum)
    {
        ArrayBufferWriter<byte> output = new();
        ProxyHeaderWriter.WriteV2(source, destination, output, Bytes.Of(id), authority, checksum);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Raw(byte command, byte family, byte[] payload)
    {
        byte[] header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, command, family, 0, 0, .. payload];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)payload.Length);
        return header;
    }

    private static byte[] Tlv(byte type, string value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. Bytes.Of(value)];

    private static void AssertBad(byte[] input)
    {
        Assert.Equal(ProxyParseResult.Bad, ProxyHeaderParser.TryParse(input, out ProxyHeader? header, out int consumed));
        Assert.Null(header);
        Assert.Equal(0, consumed);
    }

    private static ProxyHeader ParseAtEverySplit(byte[] header)
    {
        byte[] input = [.. header, .. "EHLO a\r\n"u8];
        ProxyHeader? whole = null;
        for (int cut = 0; cut <= header.Length; cut++)
        {
            ReadOnlySequence<byte> part = new(input, 0, cut);
            ProxyParseResult expected = cut < header.Length ? ProxyParseResult.NeedMore : ProxyParseResult.Ok;
            Assert.Equal(expected, ProxyHeaderParser.TryParse(part, out _, out SequencePosition position));
            Assert.Equal(cut < header.Length ? 0 : cut, part.GetOffset(position) - part.GetOffset(part.Start));
            ReadOnlySequence<byte> split = Bytes.Split(input, cut);
            Assert.Equal(ProxyParseResult.Ok, ProxyHeaderParser.TryParse(split, out whole, out SequencePosition consumed));
            Assert.Equal(header.Length, split.GetOffset(consumed));
        }

        return whole!;
    }
}
