using EdgeSmtp.Protocol.Mime;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>Each place where readers differ has its name, and a mail that has one has no other.</summary>
public sealed class MimeAmbiguityTests
{
    private const string Two = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n";

    public static TheoryData<MimeAmbiguity, string> Mails => new()
    {
        { MimeAmbiguity.MalformedHeader, "Subject: x\nno field\n\n" },
        { MimeAmbiguity.MalformedHeader, "Sub ject: x\n\n" },
        { MimeAmbiguity.MalformedHeader, " continues nothing\n\n" },
        { MimeAmbiguity.BlankBeforeColon, "Content-Type : text/plain\n\n" },
        { MimeAmbiguity.CommentInFieldName, "Content-Type(x): text/html\n\n" },
        { MimeAmbiguity.BlankFolding, "Subject: x\n \t\nFrom: y\n\n" },
        { MimeAmbiguity.MissingBlankLine, "Content-Type: multipart/mixed; boundary=a\n\n--a\nSubject: x\n--a--\n" },
        { MimeAmbiguity.DuplicateContentType, "Content-Type: text/plain\nContent-Type: text/html\n\n" },
        { MimeAmbiguity.DuplicateEncoding, "Content-Transfer-Encoding: 7bit\ncontent-transfer-encoding: base64\n\n" },
        { MimeAmbiguity.DuplicateDisposition, "Content-Disposition: inline\nContent-Disposition: attachment\n\n" },
        { MimeAmbiguity.MalformedContentType, "Content-Type: text\n\n" },
        { MimeAmbiguity.MalformedContentType, "Content-Type: multipart/mixed boundary=a\n\n" },
        { MimeAmbiguity.MalformedContentType, Two.Replace("=a", "=a; x y", StringComparison.Ordinal) + "--a--\n" },
        { MimeAmbiguity.MalformedContentType, Two.Replace("=a", "=\"a", StringComparison.Ordinal) + "--a--\n" },
        { MimeAmbiguity.Comment, "Content-Type: text/(x)html\n\n" },
        { MimeAmbiguity.Comment, Two.Replace("mixed", "mixed (x)", StringComparison.Ordinal) + "--a--\n" },
        { MimeAmbiguity.Comment, "Content-Transfer-Encoding: (x) base64\n\n" },
        { MimeAmbiguity.UnknownEncoding, "Content-Transfer-Encoding: base65\n\n" },
        { MimeAmbiguity.UnknownEncoding, "Content-Transfer-Encoding: base64;\n\n" },
        { MimeAmbiguity.EncodedMultipart, "Content-Transfer-Encoding: base64\n" + Two + "--a--\n" },
        { MimeAmbiguity.MissingBoundary, "Content-Type: multipart/mixed\n\nx\n" },
        { MimeAmbiguity.MissingBoundary, "Content-Type: multipart/mixed; boundary*=us-ascii''a\n\n--a\n\nx\n--a--\n" },
        { MimeAmbiguity.MissingBoundary, "Content-Type: multipart/mixed; boundary=\"\"\n\nx\n" },
        { MimeAmbiguity.DuplicateBoundary, Two.Replace("=a", "=a; boundary=b", StringComparison.Ordinal) + "--a--\n" },
        { MimeAmbiguity.MalformedBoundary, Two.Replace("=a", "=\"a \"", StringComparison.Ordinal).Replace("--a", "--a ", StringComparison.Ordinal) },
        { MimeAmbiguity.ReusedBoundary, Two.Replace("--a\n", "--a\n" + Two.Replace("=a", "=\"a--\"", StringComparison.Ordinal).Replace("--a", "--a--", StringComparison.Ordinal), StringComparison.Ordinal) },
        { MimeAmbiguity.BoundaryWithSuffix, Two + "--ab\n--a--\n" },
        { MimeAmbiguity.BoundaryWithSuffix, Two + "--a-\n--a--\n" },
        { MimeAmbiguity.BoundaryWithSuffix, $"{Two}--a{new string(' ', 600)}\n\ny\n--a--\n" },
        { MimeAmbiguity.BoundaryNotFound, "Content-Type: multipart/mixed; boundary=a\n\n--b\n\nx\n--b--\n" },
        { MimeAmbiguity.MissingTerminator, Two },
        { MimeAmbiguity.PartAfterTerminator, Two + "--a--\n--a\n\nx\n" },
        { MimeAmbiguity.MixedLineEnds, "Subject: a\rb\n\n" },
        { MimeAmbiguity.MixedLineEnds, Two + "x\r--a--\n--a--\n" },
        { MimeAmbiguity.MixedLineEnds, Two + "--a--\v" },
        { MimeAmbiguity.Nul, "Subject: \0\n\n" },
        { MimeAmbiguity.Nul, "Subject: x\n\na\0b\n" },
        { MimeAmbiguity.Base64WhiteSpace, "Content-Transfer-Encoding: base64\n\nQUFB QUFB\n" },
        { MimeAmbiguity.Base64Junk, "Content-Transfer-Encoding: base64\n\nQUFB*QUFB\n" },
        { MimeAmbiguity.Base64Padding, "Content-Transfer-Encoding: base64\n\nQUE=QUFB\n" },
        { MimeAmbiguity.Base64Padding, "Content-Transfer-Encoding: base64\n\nQQ=\n" },
        { MimeAmbiguity.Base64Padding, "Content-Transfer-Encoding: base64\n\nQUFB=\n" },
        { MimeAmbiguity.Base64Truncated, "Content-Transfer-Encoding: base64\n\nQUFBQUE\n" },
        { MimeAmbiguity.QuotedPrintableInvalid, "Content-Transfer-Encoding: quoted-printable\n\na=b\n" },
        { MimeAmbiguity.UuencodeInvalid, "Subject: x\n\nbegin 644 a\nM00\n`\nend\n" },
        { MimeAmbiguity.UuencodeInvalid, "Subject: x\n\nbegin 644 a\n#0V%T\n" },
        { MimeAmbiguity.UuencodeInvalid, "Content-Transfer-Encoding: base64\n\nYmVnaW4gNjQ0IGENCk0wMA0KYA0KZW5kDQo=\n" },
        { MimeAmbiguity.UnreadableName, "Content-Type: text/plain; name=\"=?utf-7?Q?a?=\"\n\n" },
        { MimeAmbiguity.UnreadableName, "Content-Disposition: inline; filename*1=a\n\n" },
        { MimeAmbiguity.HeaderTooLarge, $"Content-Type: text/plain; x={new string('x', 5_000)}\n\n" },
        { MimeAmbiguity.HeaderTooLarge, $"Content-Type: text/plain; name={new string('x', 2_500)}\n\n" },
        { MimeAmbiguity.HeaderTooLarge, $"Content-Type: text/plain; name={new string('x', 2_048)}\n\n" },
    };

    // \v stands for a line that ends in LF alone.
    [Theory]
    [MemberData(nameof(Mails))]
    public void Mail_WithOne_NamesItAndNoOther(MimeAmbiguity ambiguity, string mail)
    {
        MimeAmbiguities found = MimeRecorder.Scan(mail.Replace("\n", "\r\n", StringComparison.Ordinal).Replace("\v", "\n", StringComparison.Ordinal)).Ambiguities;
        Assert.True(found.Has(ambiguity), found.ToString());
        Assert.Equal(string.Empty, found.Except(Unfinished.With(ambiguity)).ToString());
    }

    [Fact]
    public void Kinds_AllButLimits_HaveAMail()
    {
        IEnumerable<MimeAmbiguity> tested = Mails.Select(static row => row.Data.Item1);
        Assert.Equal([MimeAmbiguity.TooDeep, MimeAmbiguity.TooManyParts], Enum.GetValues<MimeAmbiguity>().Except(tested));
    }

    [Theory]
    [InlineData("Content-Type: text/plain\nContent-Type: text/plain\n\nx\n")]
    [InlineData("Content-Type: text/plain; charset=us-ascii (Plain text)\n\nx\n")]
    [InlineData("Content-Type: text/plain; name=my file.txt;\n\nx\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=----=_Part_1?a:b/c\n\n------=_Part_1?a:b/c\n\nx\n------=_Part_1?a:b/c-- \t\nepilogue\n")]
    [InlineData("Content-Transfer-Encoding: base64\n\nQUFB\n\nQUE=\n\n")]
    [InlineData("Content-Transfer-Encoding: binary\n\na\0b\n")]
    [InlineData("Subject: x\n\n--a\n--a--\n")]
    public void Mail_OfHonestPrograms_NamesNothing(string mail) =>
        Assert.Equal(string.Empty, MimeRecorder.Scan(mail.Replace("\n", "\r\n", StringComparison.Ordinal)).Ambiguities.ToString());

    /// <summary>What a mail has besides when it is kept short: it has no end.</summary>
    private static MimeAmbiguities Unfinished => MimeAmbiguities.None.With(MimeAmbiguity.MissingTerminator).With(MimeAmbiguity.BoundaryNotFound);
}
