using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

public sealed class DataDecoderTests
{
    /// <summary>RFC 5321 §4.5.2: what a client stuffed comes out once un-stuffed.</summary>
    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("\r\n.\r\n", "\r\n")]
    [InlineData("hello\r\n.\r\n", "hello\r\n")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData("...\r\n.\r\n", "..\r\n")]
    [InlineData("..x\r\n.\r\n", ".x\r\n")]
    [InlineData(".x\r\n.\r\n", "x\r\n")]
    [InlineData("a.\r\n.\r\n", "a.\r\n")]
    [InlineData("a\r\n.b\r\n..\r\n.\r\n", "a\r\nb\r\n.\r\n")]
    public void Decode_Dots_AreUnstuffed(string wire, string content)
    {
        Decoded decoded = Decode(wire);
        Assert.True(decoded.Ended);
        Assert.Equal(content, decoded.Content);
        Assert.Equal(ContentFlags.None, decoded.Flags);
    }

    [Theory]
    [InlineData("a\nb\r\n.\r\n", "a\r\nb\r\n", ContentFlags.BareLf)]
    [InlineData("a\rb\r\n.\r\n", "a b\r\n", ContentFlags.BareCr)]
    [InlineData("a\r\r\n.\r\n", "a \r\n", ContentFlags.BareCr)]
    [InlineData("a\0b\r\n.\r\n", "a b\r\n", ContentFlags.Nul)]
    [InlineData("\u00e9\r\n.\r\n", "\u00e9\r\n", ContentFlags.EightBit)]
    [InlineData("\n\r\0\u0080\r\n.\r\n", "\r\n  \u0080\r\n", ContentFlags.BareLf | ContentFlags.BareCr | ContentFlags.Nul | ContentFlags.EightBit)]
    public void Decode_ForbiddenBytes_AreReplacedAndFlagged(string wire, string content, ContentFlags flags)
    {
        Decoded decoded = Decode(wire);
        Assert.Equal(content, decoded.Content);
        Assert.Equal(flags, decoded.Flags);
    }

    [Fact]
    public void Decode_CommandsBehindTheEnd_AreLeftAndNotFlagged()
    {
        byte[] wire = Bytes.Of("hi\r\n.\r\nMAIL FROM:<\u00e9\0\n>\r\n");
        DataDecoder decoder = new();
        DecodeStatus status = decoder.Decode(wire, new byte[100], out int consumed, out int written);
        Assert.Equal(DecodeStatus.End, status);
        Assert.Equal("hi\r\n.\r\n".Length, consumed);
        Assert.Equal(4, written);
        Assert.Equal(ContentFlags.None, decoder.Flags);
        Assert.Equal(DecodeStatus.End, decoder.Decode(wire.AsSpan(consumed), new byte[100], out consumed, out written));
        Assert.Equal((0, 0), (consumed, written));
    }

    [Fact]
    public void Decode_SplitAtEveryByte_GivesTheSame()
    {
        const string Wire = "Subject: x\r\n\r\n..dots\r\n.\rx\r\n\n.\r\n\0line of more than thirty-two bytes, so that vectors run\r\n.\r\nQUIT\r\n";
        Decoded whole = Decode(Wire);
        byte[] input = Bytes.Of(Wire);
        for (int cut = 0; cut <= input.Length; cut++)
        {
            ArrayBufferWriter<byte> output = new();
            DataDecoder decoder = new();
            ReadOnlySequence<byte> sequence = Bytes.Split(input, cut);
            Assert.Equal(DecodeStatus.End, decoder.Decode(sequence, output, out SequencePosition consumed));
            Assert.Equal(whole.Content, Bytes.Text(output.WrittenSpan));
            Assert.Equal(whole.Flags, decoder.Flags);
            Assert.Equal(Wire.Length - "QUIT\r\n".Length, sequence.GetOffset(consumed));
        }
    }

    [Fact]
    public void Decode_OneByteAtATime_GivesTheSame()
    {
        byte[] input = Bytes.Of("a\r\n..b\r\n.\r\n");
        DataDecoder decoder = new();
        ArrayBufferWriter<byte> output = new();
        byte[] room = new byte[3];
        for (int i = 0; i < input.Length; i++)
        {
            DecodeStatus status = decoder.Decode(input.AsSpan(i, 1), room, out int consumed, out int written);
            output.Write(room.AsSpan(0, written));
            Assert.Equal(1, consumed);
            Assert.Equal(i == input.Length - 1 ? DecodeStatus.End : DecodeStatus.NeedInput, status);
        }

        Assert.Equal("a\r\n.b\r\n", Bytes.Text(output.WrittenSpan));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(998)]
    public void LongestLine_AroundVectorWidths_IsExact(int length)
    {
        Decoded decoded = Decode("x\r\n" + new string('y', length) + "\r\nz\r\n.\r\n");
        Assert.Equal(length, decoded.LongestLine);
        Assert.Equal(3, decoded.Lines);
    }

    [Fact]
    public void Decode_OutputWithoutRoom_AsksForMore()
    {
        DataDecoder decoder = new();
        Assert.Equal(DecodeStatus.OutputFull, decoder.Decode("abc"u8, new byte[2], out int consumed, out int written));
        Assert.Equal((0, 0), (consumed, written));
    }

    [Fact]
    public void Reset_AfterAMessage_ForgetsIt()
    {
        DataDecoder decoder = new();
        decoder.Decode("\0\n\r\n.\r\n"u8, new byte[100], out _, out _);
        decoder.Reset();
        Assert.False(decoder.IsComplete);
        Assert.Equal(ContentFlags.None, decoder.Flags);
        Assert.Equal(0, decoder.ContentBytes);
        Assert.Equal(DecodeStatus.End, decoder.Decode(".\r\n"u8, new byte[100], out _, out _));
    }

    [Fact]
    public void Decode_LargeMessage_AllocatesNothing()
    {
        byte[] input = Bytes.Of(string.Concat(Enumerable.Repeat("A line of ordinary text, seventy-six columns wide as mail programs write them\r\n", 500)) + ".\r\n");
        byte[] output = new byte[input.Length];
        DataDecoder decoder = new();
        decoder.Decode(input, output, out _, out _);
        decoder.Reset();
        long before = GC.GetAllocatedBytesForCurrentThread();
        DecodeStatus status = decoder.Decode(input, output, out _, out _);
        decoder.Reset();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(DecodeStatus.End, status);
    }

    private static Decoded Decode(string wire)
    {
        DataDecoder decoder = new();
        byte[] output = new byte[(wire.Length * 2) + 64];
        DecodeStatus status = decoder.Decode(Bytes.Of(wire), output, out int consumed, out int written);
        return new Decoded(Bytes.Text(output.AsSpan(0, written)), consumed, status == DecodeStatus.End, decoder.Flags, decoder.LongestLine, decoder.Lines);
    }

    private sealed record Decoded(string Content, int Consumed, bool Ended, ContentFlags Flags, long LongestLine, long Lines);
}
