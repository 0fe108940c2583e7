using EdgeSmtp.Filters.Warlord;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>Messages that are attached as files: programs open them by their names, so what is in them is looked at, too.</summary>
public sealed class WarlordAttachedMessageTests : WarlordTest
{
    private static readonly string Evil = WarlordMail.Base64(WarlordMail.Program);

    // By what it is, and not by its first characters.
    private static readonly WarlordFilterOptions Options = new() { BadMimeType = "Off" };

    [Theory]
    [InlineData("Content-Type: application/octet-stream; name=a.eml")]
    [InlineData("Content-Type: text/plain; name=\"Fwd: hello.EML\"")]
    [InlineData("Content-Type: application/x-mimearchive\nContent-Disposition: attachment; filename*=utf-8''page%2Emht")]
    [InlineData("Content-Disposition: inline; filename=page.mhtml")]
    [InlineData("Content-Type: image/png; name=a.nws")]
    public async Task Message_AttachedAsAFile_IsLookedInto(string fields)
    {
        Assert.Equal("executable", await TokenAsync(File(Evil, fields), Options));
        Assert.Equal("executable", await TokenAsync(WarlordMail.Attached(fields + "\nContent-Transfer-Encoding: quoted-printable", WarlordMail.QuotedPrintable(Bytes(Evil))), Options));
        Assert.Null(await TokenAsync(File(WarlordMail.Base64(WarlordMail.Harmless), fields), Options));
    }

    [Fact]
    public async Task Message_AttachedAsItIs_IsLookedInto() =>
        Assert.Equal("executable", await TokenAsync(WarlordMail.Attached("Content-Type: application/octet-stream; name=a.eml", Evil.Replace("=_b", "within", StringComparison.Ordinal)), Options));

    [Fact]
    public async Task Message_UuencodedWithinAText_IsLookedInto() =>
        Assert.Equal("executable", await TokenAsync(WarlordMail.Attached("Content-Type: text/plain", "See:\n" + WarlordMail.Uuencode(Bytes(Evil), "a.eml") + "and there."), Options));

    [Fact]
    public async Task Message_InChunks_IsLookedInto()
    {
        using EdgeSmtp.Testing.Harness.FilterHarness harness = EdgeSmtp.Testing.Harness.FilterHarness.Of(static filters => filters.AddWarlord(), Options);
        foreach (int bytes in (int[])[1, 3, 100])
        {
            harness.ChunkBytes = bytes;
            Assert.Equal("executable", (await harness.BodyAsync(Bytes(File(Evil))))[0].Reason?.Token);
        }
    }

    // The name is no hiding place for the file itself.
    [Fact]
    public async Task Program_WithSuchAName_IsOne() =>
        Assert.Equal("executable", await TokenAsync(WarlordMail.Base64(WarlordMail.Program, "Content-Type: application/octet-stream; name=a.eml"), Options));

    [Theory]
    [InlineData("a.eml.txt")]
    [InlineData("eml")]
    [InlineData("a.xeml")]
    public async Task File_OfAnotherName_IsNoMessage(string name) => Assert.Null(await TokenAsync(File(Evil, $"Content-Type: application/octet-stream; name={name}"), Options));

    [Fact]
    public async Task Messages_WithinOneAnother_AreLookedInto_ToTheLimit()
    {
        string mail = Evil;
        string harmless = WarlordMail.Base64(WarlordMail.Harmless);
        for (int level = 1; level <= AttachedMessages.LevelsMax; level++)
        {
            (mail, harmless) = (File(mail), File(harmless));
            Assert.Equal("executable", await TokenAsync(mail, Options));
            Assert.Null(await TokenAsync(harmless, Options));
        }

        Assert.Equal("mime-too-complex", await TokenAsync(File(harmless), Options));
    }

    // As one that is attached as a message would be.
    [Fact]
    public async Task Message_ThatReadersTakeDifferently_IsRefused() =>
        Assert.Equal("ambiguous-mime", await TokenAsync(File("Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n"), Options));

    private static string File(string mail, string fields = "Content-Type: application/octet-stream; name=a.eml") => WarlordMail.Base64(Bytes(mail), fields);
}
