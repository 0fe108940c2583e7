using System.Buffers;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Qmtp;
using EdgeSmtp.Protocol.Smtp;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Qmtp;

public sealed class QmtpReplyTests
{
    [Theory]
    [InlineData(QmtpReplyKind.Accepted, "ok", "3:Kok,")]
    [InlineData(QmtpReplyKind.Temporary, "", "1:Z,")]
    [InlineData(QmtpReplyKind.Permanent, "no\r\nway\u00fc", "8:Dno way?,")]
    public void WriteTo_Reply_IsANetstring(QmtpReplyKind kind, string text, string wire)
    {
        ArrayBufferWriter<byte> output = new();
        new QmtpReply(kind, text).WriteTo(output);
        Assert.Equal(wire, Bytes.Text(output.WrittenSpan));
        Assert.Equal(NetstringStatus.Complete, QmtpReply.TryRead(output.WrittenSpan, out QmtpReply? reply, out int consumed));
        Assert.Equal(kind, reply!.Kind);
        Assert.Equal(wire.Length, consumed);
    }

    [Theory]
    [InlineData("46:Dsorry, I can't handle that recipient (#5.1.3),", NetstringStatus.Complete)]
    [InlineData("0:,", NetstringStatus.BadLength)]
    [InlineData("2:ok,", NetstringStatus.BadLength)]
    [InlineData("3:Ko", NetstringStatus.NeedMore)]
    [InlineData("3:Kokx", NetstringStatus.MissingComma)]
    [InlineData("4098:", NetstringStatus.TooLong)]
    public void TryRead_Bytes_AreJudged(string wire, NetstringStatus status)
    {
        Assert.Equal(status, QmtpReply.TryRead(Bytes.Of(wire), out QmtpReply? reply, out int consumed));
        Assert.Equal(status == NetstringStatus.Complete, reply is not null);
        Assert.Equal(status == NetstringStatus.Complete ? wire.Length : 0, consumed);
    }

    [Fact]
    public void FromSmtp_EachClass_HasItsLetter()
    {
        Assert.Equal(new QmtpReply(QmtpReplyKind.Accepted, "17 octets received"), QmtpReply.FromSmtp(SmtpReplies.ChunkOk(17)));
        Assert.Equal(new QmtpReply(QmtpReplyKind.Temporary, "Temporary local error, try again later (#4.3.0)"), QmtpReply.FromSmtp(SmtpReplies.LocalError));
        Assert.Equal(new QmtpReply(QmtpReplyKind.Permanent, "Relaying denied (#5.7.1)"), QmtpReply.FromSmtp(SmtpReplies.RelayDenied));
    }

    [Fact]
    public void WriteTo_TextWithoutBound_IsCutOff()
    {
        ArrayBufferWriter<byte> output = new();
        new QmtpReply(QmtpReplyKind.Permanent, new string('x', QmtpReply.TextBytesMax + 1)).WriteTo(output);
        Assert.Equal(NetstringStatus.Complete, QmtpReply.TryRead(output.WrittenSpan, out QmtpReply? reply, out _));
        Assert.Equal(QmtpReply.TextBytesMax, reply!.Text.Length);
    }

    [Fact]
    public void PackageWriter_Package_IsReadBackByTheParser()
    {
        ArrayBufferWriter<byte> output = new();
        QmtpPackageWriter.WriteStart(4, ContentCoding.Crlf, output);
        output.Write("hi\r\n"u8);
        QmtpPackageWriter.WriteEnvelope(MailPath.Null, [Path("a@b.example"), Path("\"c d\"@e.example"), Path("\"x@y\"@z.example")], output);
        Assert.Equal("5:\rhi\r\n,0:,51:11:a@b.example,13:c d@e.example,15:\"x@y\"@z.example,,", Bytes.Text(output.WrittenSpan));
    }

    [Theory]
    [InlineData("joe@d.example", "joe@d.example")]
    [InlineData("a b@d.example", "\"a b\"@d.example")]
    [InlineData("a..b@d.example", "\"a..b\"@d.example")]
    [InlineData("\"a@b\"@d.example", "\"a@b\"@d.example")]
    [InlineData("Postmaster", "Postmaster")]
    [InlineData("", "")]
    public void Address_OnTheWire_BecomesAPathAndBack(string wire, string path)
    {
        Assert.Equal(PathError.None, QmtpAddress.TryParse(Bytes.Of(wire), out MailPath parsed));
        Assert.Equal(path, parsed.ToString());
        Assert.Equal(wire, Bytes.Text(QmtpAddress.ToWire(parsed)));
    }

    [Theory]
    [InlineData("a@b@d.example")]
    [InlineData("a\"b@d.example")]
    [InlineData("a\\b@d.example")]
    [InlineData("a\nb@d.example")]
    [InlineData("a\0b@d.example")]
    [InlineData("joe")]
    [InlineData("a b")]
    [InlineData("@d.example")]
    [InlineData("a b@")]
    public void Address_Ambiguous_IsRefused(string wire) => Assert.NotEqual(PathError.None, QmtpAddress.TryParse(Bytes.Of(wire), out _));

    private static MailPath Path(string text)
    {
        Assert.Equal(PathError.None, MailPathParser.TryParse(Bytes.Of(text), false, out MailPath path));
        return path;
    }
}
