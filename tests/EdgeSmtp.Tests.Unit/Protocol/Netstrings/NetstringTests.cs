using System.Buffers;
using EdgeSmtp.Protocol.Netstrings;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Netstrings;

public sealed class NetstringTests
{
    [Theory]
    [InlineData("0:,", "")]
    [InlineData("1:a,", "a")]
    [InlineData("12:hello world!,", "hello world!")]
    [InlineData("3:\0,\n,", "\0,\n")]
    public void Read_SplitAtEveryByte_GivesTheString(string wire, string payload)
    {
        byte[] input = Bytes.Of(wire + "1:z,");
        Assert.Equal(NetstringStatus.Complete, Netstring.TryRead(input, 100, out ReadOnlySpan<byte> whole, out int used));
        Assert.Equal(payload, Bytes.Text(whole));
        Assert.Equal(wire.Length, used);
        for (int cut = 0; cut < wire.Length; cut++)
        {
            NetstringParser parser = new(100);
            Assert.Equal(NetstringStatus.NeedMore, parser.Read(input.AsSpan(0, cut), out used, out ReadOnlySpan<byte> head));
            Assert.Equal(cut, used);
            string first = Bytes.Text(head);
            Assert.Equal(NetstringStatus.Complete, parser.Read(input.AsSpan(cut), out used, out ReadOnlySpan<byte> tail));
            Assert.Equal(wire.Length - cut, used);
            Assert.Equal(payload, first + Bytes.Text(tail));
            Assert.Equal(NetstringStatus.NeedMore, Netstring.TryRead(input.AsSpan(0, cut), 100, out _, out used));
            Assert.Equal(0, used);
        }
    }

    [Theory]
    [InlineData(":,", NetstringStatus.BadLength)]
    [InlineData("a:", NetstringStatus.BadLength)]
    [InlineData("-1:", NetstringStatus.BadLength)]
    [InlineData(" 1:a,", NetstringStatus.BadLength)]
    [InlineData("1 :a,", NetstringStatus.BadLength)]
    [InlineData("00:,", NetstringStatus.LeadingZero)]
    [InlineData("01:a,", NetstringStatus.LeadingZero)]
    [InlineData("1:ab", NetstringStatus.MissingComma)]
    [InlineData("0:x", NetstringStatus.MissingComma)]
    [InlineData("101:", NetstringStatus.TooLong)]
    [InlineData("99999999999999999999999:", NetstringStatus.TooLong)]
    public void Read_Malformed_IsAnErrorForGood(string wire, NetstringStatus status)
    {
        NetstringParser parser = new(100);
        Assert.Equal(status, parser.Read(Bytes.Of(wire), out _, out _));
        Assert.Equal(status, parser.Read("0:,"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(status, Netstring.TryRead(Bytes.Of(wire), 100, out _, out _));
    }

    [Theory]
    [InlineData(99, NetstringStatus.Complete)]
    [InlineData(100, NetstringStatus.Complete)]
    [InlineData(101, NetstringStatus.TooLong)]
    public void Read_LengthAroundItsLimit_IsTakenUpToIt(int length, NetstringStatus status) =>
        Assert.Equal(status, Netstring.TryRead(Bytes.Of($"{length}:{new string('x', length)},"), 100, out _, out _));

    [Fact]
    public void Read_LimitOfALong_DoesNotOverflow()
    {
        NetstringLength length = default;
        Assert.Equal(NetstringStatus.Complete, length.Read("9223372036854775807:"u8, long.MaxValue, out _));
        Assert.Equal(long.MaxValue, length.Value);
        length = default;
        Assert.Equal(NetstringStatus.TooLong, length.Read("9223372036854775808:"u8, long.MaxValue, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ten bytes.")]
    public void Write_Payload_IsReadBack(string payload)
    {
        ArrayBufferWriter<byte> output = new();
        Netstring.Write(Bytes.Of(payload), output);
        Assert.Equal($"{payload.Length}:{payload},", Bytes.Text(output.WrittenSpan));
        Assert.Equal(output.WrittenCount, Netstring.EncodedLength(payload.Length));
    }
}
