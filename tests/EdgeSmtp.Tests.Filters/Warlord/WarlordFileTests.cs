using System.Text;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Toolkit.Cdb;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>Signatures in files: texts, and the cdb that Spamcontrol's own programs make. How files are watched is the toolkit's and tested there.</summary>
public sealed class WarlordFileTests : WarlordTest, IDisposable
{
    private static readonly string ZipMail = WarlordMail.Base64([0x50, 0x4B, 3, 4, 9, 0, 1, 2, 3, 4]);

    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task BadMimeTypesPath_Text_IsReadBesideTheList()
    {
        string path = await WriteAsync("badmimetypes", "# zip\nUEsDBAkAAQID and more\n");
        Assert.Null(await TokenAsync(ZipMail, Only("On")));
        Assert.Equal("bad-mime-type", await TokenAsync(ZipMail, Only("On") with { BadMimeTypesPath = path }));
        Assert.Equal("bad-mime-type", await TokenAsync(WarlordMail.Base64(WarlordMail.Program), Only("On") with { BadMimeTypesPath = path }));
    }

    // Keys of nine bytes without data, as qmail-badmimetypes writes them.
    [Fact]
    public async Task BadMimeTypesPath_Cdb_IsThatOfTheOriginal() =>
        Assert.Equal("bad-mime-type", await TokenAsync(ZipMail, Only("On") with { BadMimeTypesPath = Cdb("badmimetypes.cdb", "UEsDBAkAA") }));

    [Fact]
    public async Task BadLoaderTypesPath_TextAndCdb_AreRead()
    {
        string mail = WarlordMail.Base64("0000000abcd0000000"u8.ToArray());
        string key = Convert.ToBase64String("0000000abcd00000"u8)[9..14];
        WarlordFilterOptions options = Only(badLoaderType: "On") with { BadLoaderTypes = [] };
        Assert.Null(await TokenAsync(mail, options));
        Assert.Equal("bad-loader-type", await TokenAsync(mail, options with { BadLoaderTypesPath = await WriteAsync("badloadertypes", key) }));
        Assert.Equal("bad-loader-type", await TokenAsync(mail, options with { BadLoaderTypesPath = Cdb("badloadertypes.cdb", key) }));
    }

    [Fact]
    public async Task FileNamesPath_IsReadAfterTheList()
    {
        WarlordFilterOptions options = new() { FileNamesPath = await WriteAsync("names", "!good.exe\n*.pdf\n") };
        Assert.Null(await TokenAsync(Named("good.exe"), options));
        Assert.Equal("bad-file-name", await TokenAsync(Named("other.exe"), options));
        Assert.Equal("bad-file-name", await TokenAsync(Named("a.PDF"), options));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("no base 64")]
    public async Task Path_WithMistake_IsAnErrorAtStart(string line)
    {
        string path = await WriteAsync("badmimetypes", line + "\n");
        Assert.Throws<InvalidDataException>(() => FilterHarness.Of(static filters => filters.AddWarlord(), Only("On") with { BadMimeTypesPath = path }));
        Assert.Throws<InvalidDataException>(() => FilterHarness.Of(static filters => filters.AddWarlord(), Only("On") with { BadMimeTypesPath = Cdb("bad.cdb", line) }));
    }

    [Fact]
    public async Task Cdb_Changed_IsReadAgain_AndAWrongOneIsNot()
    {
        string path = Cdb("keys.cdb", "UEsDBAkAA");
        await using ReloadedCdbKeys<string> keys = new(
            path,
            TimeSpan.FromHours(1),
            static (lines, errors) =>
            {
                if (lines.Contains("wrong")) errors.Add("wrong");
                return string.Join(',', lines);
            },
            TimeProvider.System,
            NullLogger.Instance);
        Assert.Equal("UEsDBAkAA", keys.Current);
        Cdb("keys.cdb", "AAAAAAAAA", "BBBBBBBBB", "CCCCCCCCC");
        await keys.RefreshAsync();
        Assert.Equal("AAAAAAAAA,BBBBBBBBB,CCCCCCCCC", keys.Current);
        Cdb("keys.cdb", "AAAAAAAAA", "wrong");
        await keys.RefreshAsync();
        Assert.Equal("AAAAAAAAA,BBBBBBBBB,CCCCCCCCC", keys.Current);
    }

    private static string Named(string name) => WarlordMail.Base64(WarlordMail.Harmless, $"Content-Disposition: attachment; filename={name}");

    private async Task<string> WriteAsync(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    private string Cdb(string name, params string[] keys)
    {
        string path = Path.Combine(_folder, name);
        using CdbWriter writer = new(path);
        foreach (string key in keys) writer.Add(Encoding.ASCII.GetBytes(key), []);
        writer.Commit();
        return path;
    }
}
