using System.Buffers;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

public sealed class ContentScannerTests
{
    [Theory]
    [InlineData("a\r\n.\r\nb", "a\r\n.\r\nb", ContentFlags.None)]
    [InlineData("..a\r\n", "..a\r\n", ContentFlags.None)]
    [InlineData("a\nb", "a\r\nb", ContentFlags.BareLf)]
    [InlineData("a\rb", "a b", ContentFlags.BareCr)]
    [InlineData("a\r", "a ", ContentFlags.BareCr)]
    [InlineData("\0", " ", ContentFlags.Nul)]
    [InlineData("", "", ContentFlags.None)]
    public void Decode_CrlfCoding_NormalizesWithoutDots(string content, string expected, ContentFlags flags)
    {
        (string got, ContentScanner scanner) = Decode(ContentCoding.Crlf, content);
        Assert.Equal(expected, got);
        Assert.Equal(flags, scanner.Flags);
        Assert.Equal(expected.Length, scanner.ContentBytes);
    }

    [Theory]
    [InlineData("a\nb\n", "a\r\nb\r\n", ContentFlags.None)]
    [InlineData("\n", "\r\n", ContentFlags.None)]
    [InlineData("a\r\n", "a \r\n", ContentFlags.BareCr)]
    [InlineData("\0\u00ff", " \u00ff", ContentFlags.Nul | ContentFlags.EightBit)]
    public void Decode_LfCoding_BecomesCrlf(string content, string expected, ContentFlags flags)
    {
        (string got, ContentScanner scanner) = Decode(ContentCoding.Lf, content);
        Assert.Equal(expected, got);
        Assert.Equal(flags, scanner.Flags);
    }

    [Fact]
    public void Decode_Binary_IsUntouched()
    {
        const string Content = "\0\r\n\n\r\u0080.\r\n.\r\n";
        (string got, ContentScanner scanner) = Decode(ContentCoding.Binary, Content);
        Assert.Equal(Content, got);
        Assert.Equal(ContentFlags.EightBit, scanner.Flags);
    }

    [Fact]
    public void Decode_CrAndLfInTwoChunks_AreOneLineEnd()
    {
        ContentScanner scanner = new();
        scanner.Reset(ContentCoding.Crlf);
        ArrayBufferWriter<byte> output = new();
        scanner.Decode(new ReadOnlySequence<byte>("a\r"u8.ToArray()), output);
        scanner.Decode(new ReadOnlySequence<byte>("\nb"u8.ToArray()), output);
        scanner.Finish(output);
        Assert.Equal("a\r\nb", Bytes.Text(output.WrittenSpan));
        Assert.Equal(ContentFlags.None, scanner.Flags);
    }

    [Fact]
    public void Decode_RandomCrlfContent_AgreesWithReference()
    {
        Random random = new(11);
        for (int round = 0; round < 30_000; round++)
        {
            string content = WireGenerator.Next(random, endData: false);
            DataReference expected = DataReference.OfContent(content);
            (string got, ContentScanner scanner) = DecodeSplit(ContentCoding.Crlf, content, random);
            Assert.Equal(expected.Content, got);
            Assert.Equal(expected.Flags, scanner.Flags);
            Assert.Equal(expected.LongestLine, scanner.LongestLine);
        }
    }

    [Fact]
    public void Decode_RandomLfContent_AgreesWithReference()
    {
        Random random = new(12);
        for (int round = 0; round < 30_000; round++)
        {
            string content = WireGenerator.Next(random, endData: false);
            string expected = content.Replace('\r', ' ').Replace('\0', ' ').Replace("\n", "\r\n");
            (string got, ContentScanner scanner) = DecodeSplit(ContentCoding.Lf, content, random);
            Assert.Equal(expected, got);
            Assert.Equal(content.Contains('\r'), (scanner.Flags & ContentFlags.BareCr) != 0);
            Assert.Equal(content.Contains('\0'), (scanner.Flags & ContentFlags.Nul) != 0);
            Assert.Equal(content.Any(c => c >= 0x80), (scanner.Flags & ContentFlags.EightBit) != 0);
            Assert.Equal(expected.Split("\r\n").Max(line => line.Length), scanner.LongestLine);
            Assert.Equal(content.Count(c => c == '\n'), scanner.Lines);
        }
    }

    [Theory]
    [InlineData(ContentCoding.Crlf)]
    [InlineData(ContentCoding.Lf)]
    [InlineData(ContentCoding.Binary)]
    public void Decode_TinyOutput_GivesTheSame(ContentCoding coding)
    {
        byte[] input = Bytes.Of("one\r\ntwo\nthree\0\u0080 and a line that is longer than any vector there is\r\n");
        (string expected, _) = Decode(coding, Bytes.Text(input));
        ContentScanner scanner = new();
        scanner.Reset(coding);
        ArrayBufferWriter<byte> output = new();
        byte[] room = new byte[3];
        for (int i = 0; i < input.Length;)
        {
            scanner.Decode(input.AsSpan(i), room, out int consumed, out int written);
            Assert.True(consumed + written > 0);
            output.Write(room.AsSpan(0, written));
            i += consumed;
        }

        scanner.Finish(output);
        Assert.Equal(expected, Bytes.Text(output.WrittenSpan));
    }

    [Theory]
    [InlineData(ContentCoding.Crlf)]
    [InlineData(ContentCoding.Lf)]
    [InlineData(ContentCoding.Binary)]
    public void Decode_AnyCoding_AllocatesNothing(ContentCoding coding)
    {
        byte[] input = Bytes.Of(string.Concat(Enumerable.Repeat("text text text text text text\r\n", 100)));
        byte[] output = new byte[input.Length * 2];
        ContentScanner scanner = new();
        scanner.Reset(coding);
        scanner.Decode(input, output, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        scanner.Reset(coding);
        scanner.Decode(input, output, out _, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(NewlineRule.Reject, NewlineRule.Normalize, NewlineRule.Normalize, ContentFlags.BareLf)]
    [InlineData(NewlineRule.Normalize, NewlineRule.Reject, NewlineRule.Normalize, ContentFlags.BareCr)]
    [InlineData(NewlineRule.Normalize, NewlineRule.Normalize, NewlineRule.Reject, ContentFlags.Nul)]
    public void Refuses_OneClass_LooksAtThatClassOnly(NewlineRule lf, NewlineRule cr, NewlineRule nul, ContentFlags refused)
    {
        NewlinePolicy policy = new(lf, cr, nul);
        Assert.True(policy.Refuses(refused));
        Assert.True(policy.Refuses(refused | ContentFlags.EightBit));
        Assert.False(policy.Refuses((ContentFlags.BareLf | ContentFlags.BareCr | ContentFlags.Nul | ContentFlags.EightBit) & ~refused));
        Assert.False(NewlinePolicy.NormalizeAll.Refuses(refused));
    }

    private static (string Content, ContentScanner Scanner) Decode(ContentCoding coding, string content) => DecodeSplit(coding, content, null);

    private static (string Content, ContentScanner Scanner) DecodeSplit(ContentCoding coding, string content, Random? random)
    {
        byte[] input = Bytes.Of(content);
        ContentScanner scanner = new();
        scanner.Reset(coding);
        ArrayBufferWriter<byte> output = new();
        scanner.Decode(Bytes.Split(input, random is null ? [] : Bytes.RandomCuts(random, input.Length)), output);
        scanner.Finish(output);
        return (Bytes.Text(output.WrittenSpan), scanner);
    }
}
