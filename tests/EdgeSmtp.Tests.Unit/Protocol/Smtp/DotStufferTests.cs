using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 5321 §4.5.2, the sending side.</summary>
public sealed class DotStufferTests
{
    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("\r\n", "\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r", "a\r\n.\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData("..\r\n", "...\r\n.\r\n")]
    [InlineData(".x\r\n..\r\n", "..x\r\n...\r\n.\r\n")]
    [InlineData("a.b\r\n", "a.b\r\n.\r\n")]
    [InlineData("a\r\n.\r\n.\r\n.b", "a\r\n..\r\n..\r\n..b\r\n.\r\n")]
    [InlineData(".", "..\r\n.\r\n")]
    public void Write_Content_IsStuffedAndEnded(string content, string wire)
    {
        byte[] input = Bytes.Of(content);
        for (int cut = 0; cut <= input.Length; cut++)
        {
            ArrayBufferWriter<byte> output = new();
            DotStuffer stuffer = default;
            stuffer.Write(input.AsSpan(0, cut), output);
            stuffer.Write(input.AsSpan(cut), output);
            stuffer.Finish(output);
            Assert.Equal(wire, Bytes.Text(output.WrittenSpan));
        }
    }

    [Fact]
    public void Write_InBoundedSteps_TakesNoMoreThanAskedFor()
    {
        byte[] input = Bytes.Of("line\r\n.dot\r\n" + new string('x', 100) + "\r\n.\r\n");
        ReadOnlySequence<byte> rest = Bytes.Split(input, 5, 6, 7, 40);
        ArrayBufferWriter<byte> output = new();
        DotStuffer stuffer = default;
        int steps = 0;
        while (!rest.IsEmpty)
        {
            long before = rest.Length;
            rest = rest.Slice(stuffer.Write(rest, 10, output));
            Assert.InRange(before - rest.Length, 1, 10);
            steps++;
        }

        stuffer.Finish(output);
        Assert.Equal((input.Length + 9) / 10, steps);
        Assert.Equal("line\r\n..dot\r\n" + new string('x', 100) + "\r\n..\r\n.\r\n", Bytes.Text(output.WrittenSpan));
    }

    [Fact]
    public void Write_RandomContentWithRandomSplits_ComesBackFromTheDecoder()
    {
        Random random = new(21);
        DataDecoder decoder = new();
        DotStuffer stuffer = default;
        for (int round = 0; round < 20_000; round++)
        {
            string content = DataReference.OfContent(WireGenerator.Next(random, endData: false) + "\r\n").Content;
            byte[] input = Bytes.Of(content);
            ArrayBufferWriter<byte> wire = new();
            foreach (ReadOnlyMemory<byte> piece in Bytes.Split(input, Bytes.RandomCuts(random, input.Length))) stuffer.Write(piece.Span, wire);
            stuffer.Finish(wire);
            ArrayBufferWriter<byte> back = new();
            decoder.Reset();
            Assert.Equal(DecodeStatus.End, decoder.Decode(new ReadOnlySequence<byte>(wire.WrittenMemory), back, out SequencePosition consumed));
            Assert.Equal(content, Bytes.Text(back.WrittenSpan));
            Assert.Equal(wire.WrittenCount, new ReadOnlySequence<byte>(wire.WrittenMemory).GetOffset(consumed));
        }
    }
}
