using System.Text;
using CsCheck;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

public sealed class SpamdReplyParserTests
{
    private const int BodyMax = 100;

    private const string Good = "SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 1000.5 / 5.0\r\n\r\nGTUBE";

    [Theory]
    [InlineData(Good, true, 1000.5, 5.0, "GTUBE")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: False ; -2.3 / 7.5\r\n\r\n", false, -2.3, 7.5, "")]
    [InlineData("SPAMD/1.5 0 EX_OK\nspam: no ;0/5\ncontent-LENGTH:0\nX-More: yes\n\n", false, 0.0, 5.0, "")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: Yes ; 5.0 / 5.0\r\n\r\nno length", true, 5.0, 5.0, "no length")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 2\r\nSpam: False ; 1 / 5\r\n\r\nab and more", false, 1.0, 5.0, "ab")]
    public void Reply_Good_IsRead(string text, bool isSpam, double score, double required, string body)
    {
        Assert.Equal(SpamdReplyStatus.Complete, Parse(text, out SpamdReply? reply));
        Assert.Equal((0, isSpam, score, required), (reply!.Code, reply.IsSpam, reply.Score, reply.Required));
        Assert.Equal(body, Encoding.ASCII.GetString(reply.Body.Span));
    }

    [Theory]
    [InlineData("SPAMD/1.0 76 Bad header line: (EOF during headers)\r\n", 76, "Bad header line: (EOF during headers)")]
    [InlineData("SPAMD/1.1 75 EX_TEMPFAIL\r\n\r\n", 75, "EX_TEMPFAIL")]
    [InlineData("SPAMD/1.1 67\r\n\r\n", 67, "")]
    [InlineData("SPAMD/1.0 69 a\u001b[31m\r\n", 69, "a?[31m")]
    public void Reply_ThatSaysNo_IsRead(string text, int code, string said)
    {
        Assert.Equal(SpamdReplyStatus.Complete, Parse(text, out SpamdReply? reply));
        Assert.Equal((code, said), (reply!.Code, reply.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SPAMD/1.1 0 EX_OK")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\n\r\n")]
    [InlineData("SPAMD/1.1 -1 X\r\n\r\n")]
    [InlineData("SPAMD/1.1 256 X\r\n\r\n")]
    [InlineData("SPAMD/1.1 0EX_OK\r\nSpam: False ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: Maybe ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1e999 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; NaN / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1 / 5\r\nSpam: False ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nno field\r\nSpam: True ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: True ; 1 / 5\r\n\r\nab")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 101\r\nSpam: True ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: -1\r\nSpam: True ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 4294967296\r\nSpam: True ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 1 1\r\nSpam: True ; 1 / 5\r\n\r\n")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\nContent-length: 1\r\nSpam: True ; 1 / 5\r\n\r\n")]
    public void Reply_ThatIsNone_IsRefused(string text) => Assert.Equal(SpamdReplyStatus.Invalid, Parse(text, out _));

    [Theory]
    [InlineData(BodyMax, SpamdReplyStatus.Complete)]
    [InlineData(BodyMax + 1, SpamdReplyStatus.Invalid)]
    public void Body_AtAndOverItsLimit_WithoutLength(int bytes, object expected) =>
        Assert.Equal(expected, Parse("SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1 / 5\r\n\r\n" + new string('x', bytes), out _));

    [Theory]
    [InlineData(SpamdReplyParser.HeadBytesMax, SpamdReplyStatus.Complete)]
    [InlineData(SpamdReplyParser.HeadBytesMax + 1, SpamdReplyStatus.Invalid)]
    public void Head_AtAndOverItsLimit(int bytes, object expected)
    {
        const string Rest = "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1 / 5\r\nX: \r\n\r\n";
        Assert.Equal(expected, Parse(Rest.Replace("X: ", "X: " + new string('x', bytes - Rest.Length), StringComparison.Ordinal), out _));
    }

    [Fact]
    public void Head_WithoutEnd_IsRefusedBeforeMuchIsRead()
    {
        byte[] endless = new byte[SpamdReplyParser.HeadBytesMax + 1];
        Assert.Equal(SpamdReplyStatus.Invalid, new SpamdReplyParser(BodyMax).Parse(endless, isEnd: false, out _));
    }

    [Fact]
    public void Reply_SplitAtEveryByte_IsTheSame()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Good);
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            SpamdReplyParser parser = new(BodyMax);
            Assert.Equal(SpamdReplyStatus.Incomplete, parser.Parse(bytes.AsSpan(0, cut), isEnd: false, out _));
            Assert.Equal(SpamdReplyStatus.Complete, parser.Parse(bytes, isEnd: false, out SpamdReply? reply));
            Assert.Equal((true, 1000.5, "GTUBE"), (reply!.IsSpam, reply.Score, Encoding.ASCII.GetString(reply.Body.Span)));
        }
    }

    // Whatever is changed in a good reply, and however it comes in, it is the same reply, or none; and none is taken for clean that does not say so.
    [Fact]
    public void Reply_Broken_NeverThrows_AndDoesNotDependOnItsPieces() =>
        Gen.Select(Gen.Byte.Array[0, 6], Gen.Int[0, Good.Length], Gen.Int[0, 12], Gen.Int[1, 9]).Sample(
            static (noise, at, removed, step) =>
            {
                byte[] good = Encoding.ASCII.GetBytes(Good);
                byte[] bytes = [.. good[..at], .. noise, .. good[Math.Min(good.Length, at + removed)..]];
                SpamdReplyStatus whole = new SpamdReplyParser(BodyMax).Parse(bytes, isEnd: true, out SpamdReply? expected);
                SpamdReplyParser parser = new(BodyMax);
                SpamdReplyStatus status = SpamdReplyStatus.Incomplete;
                SpamdReply? reply = null;
                for (int length = 0; status == SpamdReplyStatus.Incomplete && length < bytes.Length; length += step)
                {
                    status = parser.Parse(bytes.AsSpan(0, length), isEnd: false, out reply);
                }

                if (status == SpamdReplyStatus.Incomplete)
                {
                    status = parser.Parse(bytes, isEnd: true, out reply);
                }

                Assert.NotEqual(SpamdReplyStatus.Incomplete, whole);
                Assert.Equal(whole, status);
                Assert.Equal((expected?.Code, expected?.IsSpam, expected?.Score), (reply?.Code, reply?.IsSpam, reply?.Score));
                Assert.True(reply is null || reply.Body.Length <= BodyMax);
            },
            iter: 50_000);

    private static SpamdReplyStatus Parse(string text, out SpamdReply? reply) =>
        new SpamdReplyParser(BodyMax).Parse(Encoding.Latin1.GetBytes(text), isEnd: true, out reply);
}
