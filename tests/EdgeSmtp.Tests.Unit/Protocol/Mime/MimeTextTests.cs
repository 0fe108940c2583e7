using EdgeSmtp.Protocol.Mime;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>A text is read for files that stand within it, however it is written.</summary>
public sealed class MimeTextTests
{
    private const string Text = "A file:\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nand another:\r\nbegin 600 dog.txt\r\n#9&]G\r\n`\r\nend\r\nbegin to think\r\n";

    [Theory]
    [InlineData("7bit")]
    [InlineData("8bit")]
    [InlineData("binary")]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public void Text_WithUuencodedFiles_IsOneTextAndTheFiles(string encoding)
    {
        MimeRecorder read = MimeRecorder.Scan(Mail(encoding, Text));
        Assert.True(read.Ambiguities.IsEmpty, read.Ambiguities.ToString());
        Assert.Equal(["Uuencode <cat.txt>", "Uuencode <dog.txt>"], read.Parts.Skip(1).Select(static part => part[part.IndexOf('U', StringComparison.Ordinal)..]));
        Assert.Equal(["A file:\r\nand another:\r\nbegin to think\r\n", "Cat", "dog"], read.Leaves.Select(static leaf => leaf.Content));
    }

    // Readers that do not know the encoding find the files as within a text.
    [Fact]
    public void Part_InUuencode_IsAPartForEachFile()
    {
        MimeRecorder read = MimeRecorder.Scan(Mail("x-uuencode", Text, "image/png; name=a.png"));
        Assert.True(read.Ambiguities.IsEmpty, read.Ambiguities.ToString());
        Assert.Equal(["0 Leaf image/png Uuencode <a.png> <cat.txt>", "0 Leaf image/png Uuencode <a.png> <dog.txt>"], read.Parts);
        Assert.Equal(["Cat", "dog"], read.Leaves.Select(static leaf => leaf.Content));
    }

    [Fact]
    public void Part_InUuencodeWithoutAFile_IsOnePart() =>
        Assert.Equal("0 Leaf image/png Uuencode <a.png>", Assert.Single(MimeRecorder.Scan(Mail("x-uuencode", "no file\r\n", "image/png; name=a.png")).Parts));

    [Fact]
    public void Part_InUuencodeWithManyFiles_HasItsLimits()
    {
        string file = "begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n";
        string mail = Mail("x-uuencode", string.Concat(Enumerable.Repeat(file, 300)), "image/png; name=a.png");
        Assert.True(MimeRecorder.Scan(mail, new MimeLimits { PartsMax = 300 }).Ambiguities.IsEmpty);
        Assert.True(MimeRecorder.Scan(mail, new MimeLimits { PartsMax = 299 }).Ambiguities.Has(MimeAmbiguity.TooManyParts));
        Assert.True(MimeRecorder.Scan(Mail("x-uuencode", file, $"image/png; name={new string('x', 2_045)}")).Ambiguities.Has(MimeAmbiguity.HeaderTooLarge));
    }

    [Fact]
    public void Messages_InUuencode_AreReadAgain()
    {
        // "Subject: x", a blank line and "hi".
        const string Message = "begin 644 m\r\n04W5B:F5C=#H@>`T*#0IH:0``\r\n`\r\nend\r\n";
        MimeRecorder read = MimeRecorder.Scan(Mail("x-uuencode", Message + Message, "message/rfc822"));
        Assert.Equal(["0 Message message/rfc822 Uuencode <m>", "1 Leaf text/plain Identity", "0 Message message/rfc822 Uuencode <m>", "1 Leaf text/plain Identity"], read.Parts);
        Assert.Equal(["hi", "hi"], read.Leaves.Select(static leaf => leaf.Content));
    }

    // What no reader takes a file out of.
    [Fact]
    public void Content_OfAnotherType_IsLeftAlone() => Assert.Equal(Text, Assert.Single(MimeRecorder.Scan(Mail("base64", Text, "application/x-notes")).Leaves).Content);

    [Fact]
    public void Files_InAnEncodedText_AreCountedAmongTheParts()
    {
        Assert.True(MimeRecorder.Scan(Mail("base64", Text), new MimeLimits { PartsMax = 3 }).Ambiguities.IsEmpty);
        Assert.True(MimeRecorder.Scan(Mail("base64", Text), new MimeLimits { PartsMax = 2 }).Ambiguities.Has(MimeAmbiguity.TooManyParts));
        string behind = $"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n{Mail("base64", Text)}\r\n--a\r\n\r\nx\r\n--a--\r\n";
        Assert.True(MimeRecorder.Scan(behind, new MimeLimits { PartsMax = 5 }).Ambiguities.IsEmpty);
        Assert.True(MimeRecorder.Scan(behind, new MimeLimits { PartsMax = 4 }).Ambiguities.Has(MimeAmbiguity.TooManyParts));
    }

    // UTF-16, which has every other byte NUL.
    [Fact]
    public void Text_InWideCharacters_IsNothingOdd()
    {
        MimeRecorder read = MimeRecorder.Scan(Mail("base64", "b\0e\0g\0i\0n\0\n\0\r\nbegin \0"));
        Assert.True(read.Ambiguities.IsEmpty, read.Ambiguities.ToString());
        Assert.Equal("b\0e\0g\0i\0n\0\n\0\r\nbegin \0", Assert.Single(read.Leaves).Content);
    }

    private static string Mail(string encoding, string text, string type = "text/plain") =>
        $"Content-Type: {type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{(encoding == "base64" ? Convert.ToBase64String(Bytes.Of(text), Base64FormattingOptions.InsertLineBreaks) : text)}";
}
