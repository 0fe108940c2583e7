using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Warlord;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>Names of files in every form in which a reader may show them, and MIME types.</summary>
public sealed class WarlordNameTests : WarlordTest
{
    [Theory]
    [InlineData("Content-Disposition: attachment; filename=evil.exe")]
    [InlineData("Content-Disposition: attachment; filename=\"evil.exe\"")]
    [InlineData("Content-Disposition: attachment; FileName=\"EVIL.EXE\"")]
    [InlineData("Content-Disposition: attachment; filename=my evil.exe")]
    [InlineData("Content-Disposition: attachment; filename=\"evil.\\exe\"")]
    [InlineData("Content-Disposition: attachment; filename=\"evil.exe\"; size=3")]
    [InlineData("Content-Disposition: attachment; filename=\"evil.exe. . \"")]
    [InlineData("Content-Disposition: attachment; filename=\"a;b.exe\"")]
    [InlineData("Content-Disposition: attachment; filename=\"unclosed.exe")]
    [InlineData("Content-Disposition:\n attachment;\n\tfilename=evil.exe")]
    [InlineData("Content-Disposition: attachment; filename=a.txt; filename=evil.exe")]
    [InlineData("Content-Disposition: attachment; filename=a.txt; filename*=utf-8''evil.exe")]
    [InlineData("Content-Disposition: attachment; filename*=utf-8''evil%2Eex%65")]
    [InlineData("Content-Disposition: attachment; filename*0=evil; filename*1=.exe")]
    [InlineData("Content-Disposition: attachment; filename*1*=%2Eexe; filename*0*=utf-8'en'evil")]
    [InlineData("Content-Disposition: attachment; filename*2=e; filename*0=evil.; filename*1=ex")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?B?ZXZpbC5leGU=?=\"")]
    [InlineData("Content-Disposition: attachment; filename==?utf-8?Q?evil=2Eexe?=")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?Q?ev?= =?iso-8859-1?Q?il=2Eexe?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"report\u202Efdp.scr.doc\"")]
    [InlineData("Content-Disposition: filename=evil.exe")]
    [InlineData("Content-Disposition: attachment filename=evil.exe")]
    [InlineData("Content-Disposition: attachment; x=\"a\" filename=evil.exe")]
    [InlineData("Content-Disposition: attachment; filename=evil.exe x=y")]
    [InlineData("Content-Disposition: attachment; filename=evil.exe\".txt")]
    [InlineData("Content-Disposition: attachment; filename=my\"evil.exe\"")]
    [InlineData("Content-Disposition: attachment; filename*=utf-8''evil.js%00.txt")]
    [InlineData("Content-Disposition: attachment; filename*=utf-8''evil.j%00s")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?Q?evil.js=00.txt?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?iso-2022-jp?Q?evil.e=1B(Bxe?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?iso-2022-jp?Q?evil.e=1B=24B=1B(Jxe?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?iso-2022-jp?Q?evil.e=1B?= =?iso-2022-jp?Q?(Bxe?=\"")]
    [InlineData("Content-Disposition: attachment; filename*=iso-2022-jp''evil.e%1B%24%28Dx%1B%28Be")]
    [InlineData("Content-Disposition: attachment; filename=\"=?shift_jis?Q?=83\\=83=5C.exe?=\"")]
    [InlineData("Content-Type: application/octet-stream; name=evil.exe")]
    [InlineData("Content-Type: text/plain; name*=us-ascii''evil.exe; charset=utf-8")]
    [InlineData("Content-Type: image/png; name=a.png\nContent-Disposition: inline; filename=evil.exe")]
    public async Task FileName_InAnyForm_IsSeen(string field) => Assert.Equal("bad-file-name", await TokenAsync(WarlordMail.Base64(WarlordMail.Harmless, field)));

    [Theory]
    [InlineData("Content-Disposition: attachment; filename=evil.exe.txt")]
    [InlineData("Content-Disposition: attachment; filename=\"www.example.com\"")]
    [InlineData("Content-Disposition: attachment; x-filename=evil.exe")]
    [InlineData("Content-Disposition: attachment; filename*=utf-8''R%C3%A4chnung.pdf; filename=Rechnung.pdf")]
    [InlineData("Content-Disposition: attachment; filename=\"=?ISO-2022-JP?B?GyRCOXU2VhsoQi5wZGY=?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"report.txt\" ; size=3")]
    [InlineData("Content-Disposition: attachment; x=\"report.txt\".js")]
    [InlineData("Content-Disposition: attachment; filename*=utf-8''report%00.txt")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?B?UsOkY2hudW5nLnBkZg?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?B?UsOkY2g?=-=?utf-8?B?bnVuZy5wZGY=?=\"")]
    public async Task FileName_OfNoRule_Passes(string field) => Assert.Null(await TokenAsync(WarlordMail.Base64(WarlordMail.Harmless, field)));

    [Fact]
    public async Task FileName_OfUuencode_IsSeen() => Assert.Equal("bad-file-name", await TokenAsync("Subject: x\n\nbegin 644 evil.exe\n#0V%T\n`\nend\n"));

    [Theory]
    [InlineData("evil.js", "bad-file-name")]
    [InlineData("report.pdf", null)]
    public async Task FileName_OfUuencodeAsAnEncoding_IsSeen(string name, string? token) =>
        Assert.Equal(token, await TokenAsync(WarlordMail.Attached("Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode", WarlordMail.Uuencode(WarlordMail.Harmless, name))));

    // What cannot be read cannot be compared with a rule.
    [Theory]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-7?Q?evil+AC4-exe?=\"")]
    [InlineData("Content-Disposition: attachment; filename*=utf-16''%00e%00x%00e")]
    [InlineData("Content-Disposition: attachment; filename*0=evil; filename*2=.exe")]
    [InlineData("Content-Disposition: attachment; filename*0=a; filename*0=b")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?b?bXkuZX?= =?utf-8?b?hl?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?b?bXkuZX?==?utf-8?b?hl?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?b?bXkuZ?=\t=?utf-8?b?Xhl?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?q?foo=2?= =?utf-8?q?Eexe?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?q?foo=?= =?utf-8?q?2Eexe?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"report.txt\".js")]
    [InlineData("Content-Disposition: attachment; filename=\"report.txt\" .js; size=3")]
    [InlineData("Content-Disposition: attachment; filename=\"report.txt\"(x).js")]
    [InlineData("Content-Disposition: attachment; filename*0=report; filename*1=\".txt\".js")]
    [InlineData("Content-Type: application/octet-stream; name=\"report.txt\".js")]
    [InlineData("Content-Disposition: attachment; filename=\"=?iso-2022-jp-2?Q?evil.ex=1B.Ae?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?iso-2022-jp?Q?evil.ex=1B?=\"")]
    [InlineData("Content-Disposition: attachment; filename=\"=?iso-2022-cn?Q?evil?=\"")]
    public async Task FileName_ThatCannotBeRead_IsAmbiguous(string field) => Assert.Equal("ambiguous-mime", await TokenAsync(WarlordMail.Base64(WarlordMail.Harmless, field)));

    [Theory]
    [InlineData("Content-Type: application/x-msdownload", "bad-media-type")]
    [InlineData("Content-Type: APPLICATION/X-MSDOWNLOAD; x=y", "bad-media-type")]
    [InlineData("Content-Type: message/partial; id=1; number=1", "bad-media-type")]
    [InlineData("Content-Type: application/pdf", null)]
    public async Task MediaType_OfTheList_IsRefused(string field, string? token) => Assert.Equal(token, await TokenAsync(WarlordMail.Attached(field, "x")));

    [Fact]
    public async Task Rules_LastMatchWins_AndDetailSaysWhich()
    {
        WarlordFilterOptions options = new() { FileNames = ["*.exe", "!setup-*.exe"] };
        Assert.Null(await TokenAsync(WarlordMail.Base64(WarlordMail.Harmless, "Content-Type: x/y; name=setup-1.exe"), options));
        Verdict verdict = await JudgeAsync(WarlordMail.Base64(WarlordMail.Harmless, "Content-Type: x/y; name=other.exe"), options);
        Assert.Equal("other.exe is *.exe", verdict.Detail);
    }
}
