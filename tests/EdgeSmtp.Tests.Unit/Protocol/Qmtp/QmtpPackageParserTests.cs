using EdgeSmtp.Protocol.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Qmtp;

public sealed class QmtpPackageParserTests
{
    private static readonly QmtpLimits Small = new() { MessageBytesMax = 50, AddressBytesMax = 10, RecipientListBytesMax = 60 };

    [Theory]
    [InlineData("4:\nhi\n,3:a@b,6:3:c@d,,", "start 3 Lf;data hi\n;end;from a@b;to c@d;package")]
    [InlineData("5:\rhi\r\n,0:,12:3:c@d,3:e@f,,", "start 4 Crlf;data hi\r\n;end;from ;to c@d;to e@f;package")]
    [InlineData("1:\n,0:,0:,", "start 0 Lf;end;from ;package")]
    [InlineData("1:\n,0:,3:0:,,", "start 0 Lf;end;from ;to ;package")]
    [InlineData("1:\n,10:0123456789,14:10:0123456789,,", "start 0 Lf;end;from 0123456789;to 0123456789;package")]
    [InlineData("1:\n,11:01234567890,15:11:01234567890,,", "start 0 Lf;end;long from;long to;package")]
    public void Read_QmtpPackage_SplitAtEveryByte_GivesTheSameEvents(string wire, string events) => AssertEvents(QmtpPackageKind.Qmtp, wire, events);

    [Theory]
    [InlineData("18:3:hi\n,3:a@b,3:c@d,,", "start 3 Lf;data hi\n;end;from a@b;to c@d;package")]
    [InlineData("6:0:,0:,,", "start 0 Lf;end;from ;package")]
    public void Read_QmqpPackage_SplitAtEveryByte_GivesTheSameEvents(string wire, string events) => AssertEvents(QmtpPackageKind.Qmqp, wire, events);

    [Theory]
    [InlineData("0:,", QmtpError.BadCoding)]
    [InlineData("1:x,", QmtpError.BadCoding)]
    [InlineData("x", QmtpError.BadLength)]
    [InlineData(":", QmtpError.BadLength)]
    [InlineData("01:\n,", QmtpError.BadLength)]
    [InlineData("-1:\n,", QmtpError.BadLength)]
    [InlineData("51:", QmtpError.TooLong)]
    [InlineData("99999999999999999999999999:", QmtpError.TooLong)]
    [InlineData("1:\nx", QmtpError.MissingComma)]
    [InlineData("1:\n,0:x", QmtpError.MissingComma)]
    [InlineData("1:\n,0:,61:", QmtpError.TooLong)]
    [InlineData("1:\n,0:,0:x", QmtpError.MissingComma)]
    [InlineData("1:\n,0:,4:3:a,", QmtpError.Overrun)]
    [InlineData("1:\n,0:,5:3:abc,", QmtpError.Overrun)]
    [InlineData("1:\n,0:,1:3:abc,", QmtpError.Overrun)]
    [InlineData("1:\n,0:,2:3:abc,", QmtpError.Overrun)]
    [InlineData("1:\n,0:,7:3:abc,x", QmtpError.BadLength)]
    [InlineData("1:\n,0:,6:3:abcx,", QmtpError.MissingComma)]
    [InlineData("1:\n,61:", QmtpError.TooLong)]
    public void Read_MalformedQmtp_IsAnErrorForGood(string wire, QmtpError error) => Assert.Equal(error, Fail(QmtpPackageKind.Qmtp, wire));

    [Theory]
    [InlineData("20:3:hi\n,3:a@b,3:c@d,,", QmtpError.BadLength)]
    [InlineData("3:9:hi", QmtpError.Overrun)]
    [InlineData("0:,", QmtpError.Overrun)]
    [InlineData("3:0:,,", QmtpError.Overrun)]
    [InlineData("6:0:,0:,x", QmtpError.MissingComma)]
    [InlineData("8:0:,0:,0:,", QmtpError.Overrun)]
    [InlineData("171:", QmtpError.TooLong)]
    public void Read_MalformedQmqp_IsAnErrorForGood(string wire, QmtpError error) => Assert.Equal(error, Fail(QmtpPackageKind.Qmqp, wire));

    [Fact]
    public void IsAtStart_BetweenPackages_SaysThatAConnectionMayEnd()
    {
        QmtpPackageParser parser = new(QmtpPackageKind.Qmtp, Small);
        Assert.True(parser.IsAtStart);
        parser.Read("1"u8, out _, out _);
        Assert.False(parser.IsAtStart);
        Collect(parser, Bytes.Of(":\n,0:,0:,"), []);
        Assert.True(parser.IsAtStart);
    }

    [Theory]
    [InlineData(49)]
    [InlineData(50)]
    public void Read_MessageUpToItsLimit_IsTaken(int length) => AssertEvents(
        QmtpPackageKind.Qmtp,
        $"{length}:\n{new string('x', length - 1)},0:,0:,",
        $"start {length - 1} Lf;data {new string('x', length - 1)};end;from ;package");

    [Fact]
    public void Read_RandomBytes_NeverThrowsAndAlwaysGoesOn()
    {
        string[] parts = ["0:,", "1:\n,", "3:a@b,", "6:3:c@d,,", "4:\nhi\n,", "1", "2", ":", ",", "\n", "\r", "x", "20:", "\0"];
        Random random = new(81);
        foreach (QmtpPackageKind kind in Enum.GetValues<QmtpPackageKind>())
        {
            for (int round = 0; round < 40_000; round++)
            {
                byte[] input = Bytes.Of(string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => parts[random.Next(parts.Length)])));
                List<string> whole = [];
                Collect(new QmtpPackageParser(kind, Small), input, whole);
                QmtpPackageParser split = new(kind, Small);
                List<string> pieces = [];
                int done = 0;
                foreach (int cut in Bytes.RandomCuts(random, input.Length).Append(input.Length))
                {
                    Collect(split, input.AsSpan(done, cut - done), pieces);
                    done = cut;
                }

                Assert.Equal(whole, pieces);
            }
        }
    }

    private static void AssertEvents(QmtpPackageKind kind, string wire, string events)
    {
        byte[] input = Bytes.Of(wire + wire);
        for (int cut = 0; cut <= input.Length; cut++)
        {
            QmtpPackageParser parser = new(kind, Small);
            List<string> found = [];
            Collect(parser, input.AsSpan(0, cut), found);
            Collect(parser, input.AsSpan(cut), found);
            Assert.Equal(events + ";" + events, string.Join(';', found));
            Assert.True(parser.IsAtStart);
        }
    }

    private static QmtpError Fail(QmtpPackageKind kind, string wire)
    {
        QmtpPackageParser parser = new(kind, Small);
        List<string> found = [];
        Collect(parser, Bytes.Of(wire), found);
        Assert.Equal("error", found[^1]);
        Assert.Equal(QmtpEvent.Error, parser.Read("1:\n,"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        return parser.Error;
    }

    private static void Collect(QmtpPackageParser parser, ReadOnlySpan<byte> input, List<string> events)
    {
        while (true)
        {
            QmtpEvent found = parser.Read(input, out int consumed, out ReadOnlySpan<byte> data);
            input = input[consumed..];
            switch (found)
            {
                case QmtpEvent.NeedMore:
                    Assert.True(input.IsEmpty);
                    return;
                case QmtpEvent.Error:
                    if (events.Count == 0 || events[^1] != "error") events.Add("error");
                    return;
                case QmtpEvent.MessageStart:
                    events.Add($"start {parser.MessageBytes} {parser.Coding}");
                    break;
                case QmtpEvent.MessageData when events[^1].StartsWith("data ", StringComparison.Ordinal):
                    // Pieces of one message are one event here, however it was split.
                    events[^1] += Bytes.Text(data);
                    break;
                case QmtpEvent.MessageData:
                    events.Add("data " + Bytes.Text(data));
                    break;
                default:
                    events.Add(Name(found) + Bytes.Text(data));
                    break;
            }
        }
    }

    private static string Name(QmtpEvent found) => found switch
    {
        QmtpEvent.MessageEnd => "end",
        QmtpEvent.Sender => "from ",
        QmtpEvent.SenderTooLong => "long from",
        QmtpEvent.Recipient => "to ",
        QmtpEvent.RecipientTooLong => "long to",
        _ => "package",
    };
}
