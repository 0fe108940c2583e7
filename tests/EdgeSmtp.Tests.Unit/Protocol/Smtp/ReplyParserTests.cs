using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

public sealed class ReplyParserTests
{
    [Theory]
    [InlineData("250 2.1.0 Ok\r\n", 250, "2.1.0", "Ok")]
    [InlineData("250 Ok\n", 250, "", "Ok")]
    [InlineData("250\r\n", 250, "", "")]
    [InlineData("250 \r\n", 250, "", "")]
    [InlineData("354 go ahead\r\n", 354, "", "go ahead")]
    [InlineData("550 5.1.1\r\n", 550, "5.1.1", "")]
    [InlineData("550 4.1.1 class differs\r\n", 550, "", "4.1.1 class differs")]
    [InlineData("250-mx.example\r\n250-SIZE 100\r\n250 8BITMIME\r\n", 250, "", "mx.example|SIZE 100|8BITMIME")]
    [InlineData("550-5.7.1 one\r\n550 5.7.1 two\r\n", 550, "5.7.1", "one|two")]
    [InlineData("550-5.7.1 one\r\n550 two\r\n", 550, "5.7.1", "one|two")]
    [InlineData("550 bad\u001b[1mtext\u0007\r\n", 550, "", "bad [1mtext ")]
    public void Parse_Reply_SplitAtEveryByte_GivesTheSame(string wire, ushort code, string enhanced, string lines)
    {
        byte[] input = Bytes.Of(wire + "220 next\r\n");
        for (int cut = 0; cut <= wire.Length; cut++)
        {
            ReplyParser parser = new();
            ReadOnlySequence<byte> sequence = Bytes.Split(input, cut);
            Assert.Equal(ReplyParseStatus.Complete, parser.Parse(sequence, out SequencePosition consumed));
            Assert.Equal(wire.Length, sequence.GetOffset(consumed));
            ServerReply reply = parser.Reply!;
            Assert.Equal(code, reply.Code);
            Assert.Equal(enhanced, reply.EnhancedCode);
            Assert.Equal(lines.Split('|'), reply.Lines);
            Assert.Equal(ReplyParseStatus.Complete, parser.Parse(sequence.Slice(consumed), out _));
            Assert.Equal(220, parser.Reply!.Code);
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("25\r\n")]
    [InlineData("2x0 a\r\n")]
    [InlineData("150 a\r\n")]
    [InlineData("600 a\r\n")]
    [InlineData("250_a\r\n")]
    [InlineData("2500 a\r\n")]
    [InlineData("250-a\r\n550 b\r\n")]
    [InlineData("HTTP/1.1 400\r\n")]
    public void Parse_NoReply_IsBadForGood(string wire)
    {
        ReplyParser parser = new();
        Assert.Equal(ReplyParseStatus.Bad, parser.Parse(Bytes.Of(wire), out _));
        Assert.Null(parser.Reply);
        Assert.Equal(ReplyParseStatus.Bad, parser.Parse("250 ok\r\n"u8, out _));
    }

    [Fact]
    public void Parse_Incomplete_NeedsMoreAndConsumesIt()
    {
        ReplyParser parser = new();
        Assert.Equal(ReplyParseStatus.NeedMore, parser.Parse("250-a\r\n25"u8, out int consumed));
        Assert.Equal(9, consumed);
        Assert.Null(parser.Reply);
        Assert.Equal(ReplyParseStatus.Complete, parser.Parse("0 b\r\n"u8, out _));
        Assert.Equal(["a", "b"], parser.Reply!.Lines);
    }

    [Theory]
    [InlineData(ReplyParser.LineBytesKept - 1)]
    [InlineData(ReplyParser.LineBytesKept)]
    [InlineData(ReplyParser.LineBytesKept + 5000)]
    public void Parse_LongLine_IsTakenAndItsTextCut(int length)
    {
        ReplyParser parser = new();
        Assert.Equal(ReplyParseStatus.Complete, parser.Parse(Bytes.Of("250 " + new string('x', length - 4) + "\r\n"), out _));
        Assert.Equal(Math.Min(length, ReplyParser.LineBytesKept) - 4, parser.Reply!.Lines[0].Length);
    }

    [Theory]
    [InlineData(ReplyParser.ReplyBytesMax - 1, ReplyParseStatus.Complete)]
    [InlineData(ReplyParser.ReplyBytesMax, ReplyParseStatus.Complete)]
    [InlineData(ReplyParser.ReplyBytesMax + 1, ReplyParseStatus.Bad)]
    public void Parse_ReplyAroundItsLimit_IsTakenUpToIt(int length, ReplyParseStatus status)
    {
        System.Text.StringBuilder wire = new();
        while (wire.Length + 200 < length) wire.Append("250-").Append('x', 94).Append("\r\n");
        int last = length - wire.Length - 6;
        wire.Append("250 ").Append('x', last).Append("\r\n");
        Assert.Equal(length, wire.Length);
        Assert.Equal(status, new ReplyParser().Parse(Bytes.Of(wire.ToString()), out _));
    }

    [Fact]
    public void Parse_EndlessLine_IsBad()
    {
        ReplyParser parser = new();
        ReplyParseStatus status = ReplyParseStatus.NeedMore;
        byte[] piece = Bytes.Of(new string('x', 1000));
        for (int i = 0; i < 70 && status == ReplyParseStatus.NeedMore; i++) status = parser.Parse(piece, out _);
        Assert.Equal(ReplyParseStatus.Bad, status);
    }

    [Fact]
    public void Parse_RandomBytes_NeverThrows()
    {
        string[] parts = ["250", "550", "-", " ", "\r\n", "\n", "5.1.1", "x", "\0", "\u00ff", "\r"];
        Random random = new(51);
        for (int round = 0; round < 50_000; round++)
        {
            byte[] input = Bytes.Of(string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => parts[random.Next(parts.Length)])));
            ReplyParser whole = new();
            ReplyParser split = new();
            ReplyParseStatus expected = whole.Parse(input, out int used);
            ReadOnlySequence<byte> sequence = Bytes.Split(input, Bytes.RandomCuts(random, input.Length));
            Assert.Equal(expected, split.Parse(sequence, out SequencePosition consumed));
            if (expected == ReplyParseStatus.Bad) continue;
            Assert.Equal(used, sequence.GetOffset(consumed));
            Assert.Equal(whole.Reply?.ToString(), split.Reply?.ToString());
        }
    }
}
