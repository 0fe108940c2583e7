using System.Reflection;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Smtp;

/// <summary>RFC 5321 §4.2 and RFC 2034.</summary>
public sealed class SmtpReplyTests
{
    [Theory]
    [InlineData(250, "2.0.0", "Ok", "250 2.0.0 Ok\r\n")]
    [InlineData(354, "", "Go", "354 Go\r\n")]
    [InlineData(250, "", "mx.example\nPIPELINING\nSIZE 1", "250-mx.example\r\n250-PIPELINING\r\n250 SIZE 1\r\n")]
    [InlineData(550, "5.7.1", "one\r\ntwo", "550-5.7.1 one\r\n550 5.7.1 two\r\n")]
    [InlineData(550, "5.7.1", "", "550 5.7.1 \r\n")]
    [InlineData(550, "5.7.1", "a\rb\tc\0d\u001be\u00fcf", "550 5.7.1 a b c d e?f\r\n")]
    [InlineData(550, "5.7.1", "x\n250 2.0.0 Ok", "550-5.7.1 x\r\n550 5.7.1 250 2.0.0 Ok\r\n")]
    public void Wire_Reply_IsEncoded(ushort code, string enhanced, string text, string wire) =>
        Assert.Equal(wire, Bytes.Text(new SmtpReply(code, enhanced, text).Wire.Span));

    [Theory]
    [InlineData(502, 1)]
    [InlineData(503, 2)]
    [InlineData(1002, 2)]
    [InlineData(1003, 3)]
    public void Wire_LongTextWithoutSpaces_IsCutAt512(int length, int lines)
    {
        // 512 less CRLF, "550 " and "5.7.1 " leave 500.
        SmtpReply reply = new(550, "5.7.1", new string('x', length - 2));
        string[] wire = Bytes.Text(reply.Wire.Span).Split("\r\n")[..^1];
        Assert.Equal(lines, wire.Length);
        Assert.All(wire, line => Assert.True(line.Length + 2 <= SmtpReply.LineBytesMax));
        Assert.All(wire[..^1], line => Assert.StartsWith("550-5.7.1 ", line, StringComparison.Ordinal));
        Assert.StartsWith("550 5.7.1 ", wire[^1], StringComparison.Ordinal);
        Assert.Equal(reply.Text, string.Concat(wire.Select(line => line[10..])));
    }

    [Fact]
    public void Wire_LongTextWithSpaces_IsCutThere()
    {
        string text = string.Join(' ', Enumerable.Repeat("word", 300));
        string[] wire = Bytes.Text(new SmtpReply(550, "5.7.1", text).Wire.Span).Split("\r\n")[..^1];
        Assert.Equal(text, string.Join(' ', wire.Select(line => line[10..])));
        Assert.All(wire, line => Assert.True(line.Length + 2 <= SmtpReply.LineBytesMax));
    }

    [Fact]
    public void Wire_TextWithoutBound_IsCutOff() =>
        Assert.Equal(SmtpReply.TextMax, new SmtpReply(550, "5.7.1", new string('x', SmtpReply.TextMax + 1)).Text.Length);

    [Theory]
    [InlineData(199, "")]
    [InlineData(600, "")]
    [InlineData(550, "4.7.1")]
    [InlineData(550, "5.7")]
    [InlineData(354, "2.0.0")]
    public void Constructor_CodesThatDisagree_Throws(ushort code, string enhanced) =>
        Assert.ThrowsAny<ArgumentException>(() => new SmtpReply(code, enhanced, "x"));

    [Fact]
    public void Replies_AllOfTheTable_AreWellFormed()
    {
        PropertyInfo[] properties = typeof(SmtpReplies).GetProperties(BindingFlags.Public | BindingFlags.Static);
        Assert.True(properties.Length > 40);
        foreach (PropertyInfo property in properties)
        {
            SmtpReply reply = Assert.IsType<SmtpReply>(property.GetValue(null));
            string wire = Bytes.Text(reply.Wire.Span);
            Assert.EndsWith("\r\n", wire, StringComparison.Ordinal);
            Assert.Equal(wire.Length - 2, wire.IndexOf('\r', StringComparison.Ordinal));
            // RFC 2034 §3: every reply but 3xx has an enhanced code here.
            Assert.Equal(reply.Code is not 354, reply.EnhancedCode.Length > 0);
        }
    }

    [Fact]
    public void Replies_WithNames_AreWellFormed()
    {
        Assert.Equal("220 mx.example ESMTP\r\n", Bytes.Text(SmtpReplies.Greeting("mx.example").Wire.Span));
        Assert.Equal("250 mx.example\r\n", Bytes.Text(SmtpReplies.HelloOk("mx.example").Wire.Span));
        Assert.Equal("250-mx.example\r\n250-8BITMIME\r\n250 SIZE 5\r\n", Bytes.Text(SmtpReplies.ExtendedHelloOk("mx.example", ["8BITMIME", "SIZE 5"]).Wire.Span));
        byte[] line = new byte[SmtpReply.LineBytesMax];
        Assert.Equal("250 2.0.0 Ok: queued as 7F\r\n", Bytes.Text(line.AsSpan(0, SmtpReplies.WriteQueued("7F", line))));
        Assert.Equal("250 2.0.0 17 octets received\r\n", Bytes.Text(SmtpReplies.ChunkOk(17).Wire.Span));
    }
}
