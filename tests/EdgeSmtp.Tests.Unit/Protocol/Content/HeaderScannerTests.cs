using EdgeSmtp.Protocol.Content;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Content;

public sealed class HeaderScannerTests
{
    private const string Header =
        "Received: from a\r\n\tby b; date\r\nRECEIVED : from c\r\nDelivered-To: x\r\nReceived-SPF: pass\r\nSubject: s\r\nReceive: d\r\nDelivered-Too: y\r\n";

    [Fact]
    public void Scan_SplitAtEveryByte_CountsTheSame()
    {
        byte[] message = Bytes.Of(Header + "\r\nReceived: in the body\r\n");
        for (int cut = 0; cut <= message.Length; cut++)
        {
            HeaderScanner scanner = new();
            scanner.Scan(message.AsSpan(0, cut));
            Assert.True(scanner.Scan(message.AsSpan(cut)));
            Assert.Equal(2, scanner.ReceivedCount);
            Assert.Equal(1, scanner.DeliveredToCount);
            Assert.Equal(7, scanner.FieldCount);
            Assert.Equal(Header.Length, scanner.HeaderBytes);
            Assert.True(scanner.IsAscii);
            Assert.False(scanner.IsMalformed);
        }
    }

    [Theory]
    [InlineData("", 0, false)]
    [InlineData("\r\n", 0, true)]
    [InlineData("\r\nbody", 0, true)]
    [InlineData("A: b\r\n", 6, false)]
    [InlineData("A: b\r\n\r\n", 6, true)]
    [InlineData("A: b\r\n\r", 7, false)]
    public void Scan_Ends_AtTheBlankLineOnly(string message, long headerBytes, bool ended)
    {
        HeaderScanner scanner = new();
        Assert.Equal(ended, scanner.Scan(Bytes.Of(message)));
        Assert.Equal(ended, scanner.IsEnded);
        Assert.Equal(headerBytes, scanner.HeaderBytes);
        Assert.False(scanner.IsMalformed);
    }

    [Theory]
    [InlineData("no colon\r\n\r\n", true)]
    [InlineData(": empty name\r\n\r\n", true)]
    [InlineData("two words: x\r\n\r\n", true)]
    [InlineData(" continues nothing\r\n\r\n", true)]
    [InlineData("From joe Thu Jan  1\r\nA: b\r\n\r\n", true)]
    [InlineData("n\u00e4me: x\r\n\r\n", true)]
    [InlineData("n\u0001: x\r\n\r\n", true)]
    [InlineData("Name\t : x\r\n\r\n", false)]
    [InlineData("a:\r\n\r\n", false)]
    [InlineData("a: b\r\n c\r\n\t\r\n\r\n", false)]
    public void IsMalformed_LinesThatAreNoField_AreSeen(string message, bool malformed)
    {
        HeaderScanner scanner = new();
        Assert.True(scanner.Scan(Bytes.Of(message)));
        Assert.Equal(malformed, scanner.IsMalformed);
    }

    [Theory]
    [InlineData("A: \u00e9\r\n\r\n", false)]
    [InlineData("\u00e9: x\r\n\r\n", false)]
    [InlineData("A: b\r\n \u00e9\r\n\r\n", false)]
    [InlineData("A: b\r\n\r\n\u00e9", true)]
    public void IsAscii_LooksAtTheHeaderOnly(string message, bool ascii)
    {
        HeaderScanner scanner = new();
        scanner.Scan(Bytes.Of(message));
        Assert.Equal(ascii, scanner.IsAscii);
    }

    [Fact]
    public void Reset_AfterAMessage_ForgetsIt()
    {
        HeaderScanner scanner = new();
        scanner.Scan(Bytes.Of("Received: \u00e9\r\nbad\r\n\r\n"));
        scanner.Reset();
        Assert.False(scanner.IsEnded);
        Assert.True(scanner.IsAscii);
        Assert.False(scanner.IsMalformed);
        Assert.Equal(0, scanner.ReceivedCount);
        Assert.Equal(0, scanner.HeaderBytes);
    }

    [Fact]
    public void Scan_RandomMessages_AgreesWithTheFieldWalk()
    {
        string[] parts = ["Received", "received", "Delivered-To", "X", ":", ": ", " ", "\t", "\r\n", "\r\n", "\r\n\r\n", "value", "\u00e9"];
        Random random = new(61);
        HeaderScanner scanner = new();
        for (int round = 0; round < 50_000; round++)
        {
            byte[] message = Bytes.Of(string.Concat(Enumerable.Range(0, random.Next(0, 16)).Select(_ => parts[random.Next(parts.Length)])));
            scanner.Reset();
            int done = 0;
            foreach (int cut in Bytes.RandomCuts(random, message.Length).Append(message.Length))
            {
                scanner.Scan(message.AsSpan(done, cut - done));
                done = cut;
            }

            string text = Bytes.Text(message);
            int blank = text.StartsWith("\r\n", StringComparison.Ordinal) ? -2 : text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Assert.Equal(blank != -1, scanner.IsEnded);
            if (blank == -1) continue;
            ReadOnlySpan<byte> block = message.AsSpan(0, blank + 2);
            Assert.Equal(block.Length, scanner.HeaderBytes);
            Assert.Equal(HeaderFields.Count(block, "received"u8), scanner.ReceivedCount);
            Assert.Equal(HeaderFields.Count(block, "DELIVERED-TO"u8), scanner.DeliveredToCount);
            Assert.Equal(!System.Text.Ascii.IsValid(block), !scanner.IsAscii);
        }
    }

    [Fact]
    public void Scan_AllocatesNothing()
    {
        byte[] message = Bytes.Of(Header + "\r\n");
        HeaderScanner scanner = new();
        scanner.Scan(message);
        scanner.Reset();
        long before = GC.GetAllocatedBytesForCurrentThread();
        scanner.Scan(message);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
