using System.Text;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Filters.Warlord.Signatures;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>The nine characters that bad content begins with, and every way by which the original could be led past them.</summary>
public sealed class WarlordPrefixTests : WarlordTest
{
    public static TheoryData<string> Shipped => new(PrefixList.Shipped);

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task Prefix_OfTheShippedList_IsRefusedInEveryEncoding(string key)
    {
        byte[] content = [.. Convert.FromBase64String(key + "AAA"), .. WarlordMail.Harmless];
        WarlordFilterOptions options = Only(badMimeType: "On");
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Base64(content), options));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: quoted-printable", WarlordMail.QuotedPrintable(content)), options));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: x-uuencode", WarlordMail.Uuencode(content, "a.dat")), options));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached("Content-Type: text/plain", "A file:\n" + WarlordMail.Uuencode(content, "a.dat")), options));
        byte[] text = Encoding.ASCII.GetBytes("A file:\n" + WarlordMail.Uuencode(content, "a.dat"));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Base64(text, "Content-Type: text/plain"), options));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: quoted-printable", WarlordMail.QuotedPrintable(text)), options));
    }

    [Fact]
    public async Task Prefix_DetailOfTheLog_IsTheKey() => Assert.Equal("TVqQAAMAA", (await JudgeAsync(WarlordMail.Base64(WarlordMail.Program), Only("On"))).Detail);

    // Of the original it was enough to write one blank more, or the first line shorter than ten characters.
    [Theory]
    [InlineData("Content-Transfer-Encoding:  base64")]
    [InlineData("Content-Transfer-Encoding:base64")]
    [InlineData("Content-Transfer-Encoding:\tbase64")]
    [InlineData("Content-Transfer-Encoding:\n base64")]
    [InlineData("CONTENT-TRANSFER-ENCODING: BASE64")]
    [InlineData("Content-Transfer-Encoding: BaSe64 ")]
    public async Task Encoding_HoweverWritten_IsKnown(string field) =>
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached(field, WarlordMail.Lines(Convert.ToBase64String(WarlordMail.Program), 76)), Only("On")));

    [Fact]
    public async Task Lines_OfAnyLength_AreOneText()
    {
        string text = Convert.ToBase64String(WarlordMail.Program);
        for (int width = 1; width <= 80; width++)
        {
            Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: base64", WarlordMail.Lines(text, width)), Only("On")));
        }
    }

    [Theory]
    [InlineData("T V q Q A A M A A A A E A A A A")]
    [InlineData("\nTVqQ\n\nAAMAAAAEAAAA")]
    [InlineData("\n\n\nTVqQAAMAAAAEAAAA")]
    [InlineData("TVqQ\tAAMA AAAEAAAA")]
    [InlineData("*TVq*QAAM!AAAAEAAAA")]
    public async Task Base64_WithBlanksEmptyLinesAndJunk_IsDecodedAsReadersDo(string text) =>
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: base64", text), Only("On")));

    [Fact]
    public async Task Prefix_TopLevelWithoutMimeVersion_IsFound() =>
        Assert.Equal("bad-mime-type", await TokenAsync($"Subject: x\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(WarlordMail.Program)}", Only("On")));

    [Fact]
    public async Task Prefix_EncodedAgain_IsFound()
    {
        byte[] once = System.Text.Encoding.ASCII.GetBytes(WarlordMail.Lines(Convert.ToBase64String(WarlordMail.Program), 76));
        byte[] twice = System.Text.Encoding.ASCII.GetBytes(WarlordMail.Lines(Convert.ToBase64String(once), 76));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Base64(once), Only("On")));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Base64(twice), Only("On")));
    }

    [Theory]
    [InlineData("message/rfc822", "7bit")]
    [InlineData("message/rfc822", "base64")]
    [InlineData("message/rfc822", "quoted-printable")]
    [InlineData("multipart/mixed; boundary=in", "8bit")]
    public async Task Prefix_WithinMessagesAndMultiparts_IsFound(string type, string encoding)
    {
        string inner = type[0] == 'm' && type[1] == 'e'
            ? WarlordMail.Base64(WarlordMail.Program).Replace("=_b", "=_c", StringComparison.Ordinal)
            : $"--in\nContent-Type: multipart/mixed; boundary=\"deeper still\"\n\n--deeper still\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(WarlordMail.Program)}\n--deeper still--\n--in--";
        byte[] bytes = Bytes(inner);
        string body = encoding switch { "base64" => WarlordMail.Lines(Convert.ToBase64String(bytes), 76), "quoted-printable" => WarlordMail.QuotedPrintable(bytes), _ => inner };
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Attached($"Content-Type: {type}\nContent-Transfer-Encoding: {encoding}", body), Only("On")));
    }

    [Fact]
    public async Task Harmless_InEveryEncoding_Passes()
    {
        Assert.Null(await TokenAsync(WarlordMail.Base64(WarlordMail.Harmless)));
        Assert.Null(await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: quoted-printable", WarlordMail.QuotedPrintable(WarlordMail.Harmless))));
        Assert.Null(await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: x-uuencode", WarlordMail.Uuencode(WarlordMail.Harmless, "a.dat"))));
        Assert.Null(await TokenAsync("Subject: MZ\n\nMZ is how programs begin, and TVqQAAMAA in base64.\n"));
    }
}
