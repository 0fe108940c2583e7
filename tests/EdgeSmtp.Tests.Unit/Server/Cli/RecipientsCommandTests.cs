using System.Text;
using EdgeSmtp.Server.Cli;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Cli;

public sealed class RecipientsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.PathOf("r.cdb");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Build_FromText_WritesTheKeysThatLookUpsAsk()
    {
        string source = _folder.Write("list", "# comment\n\n  Joe@Example.COM \nlist-@example.com\njürgen@bücher.example\njoe@example.com\n");

        (int exit, string output, string error) = await RunAsync("build", source, Target);

        Assert.Equal((0, $"3 recipients in {Target}.\n", string.Empty), (exit, output, error));
        Assert.Equal([":joe@example.com", ":list-@example.com", ":jürgen@xn--bcher-kva.example"], Keys());
    }

    [Fact]
    public async Task Build_WrongLines_AreAllNamedAndNothingIsReplaced()
    {
        await RunAsync("build", _folder.Write("good", "old@example.com\n"), Target);
        string source = _folder.Write("bad", "joe@example.com\nno address\n@example.com\njoe\n");

        (int exit, _, string error) = await RunAsync("build", source, Target);

        Assert.Equal(1, exit);
        Assert.Equal([$"{source}:2: 'no address' is not an address", $"{source}:3: '@example.com' is not an address", $"{source}:4: 'joe' is not an address"], error.TrimEnd().Split('\n'));
        Assert.Equal([":old@example.com"], Keys());
    }

    // qmail-users(5): = is exact, + is a prefix, and a line with a dot ends the file.
    [Fact]
    public async Task Build_FromAssign_TakesUsersAndTheirExtensions()
    {
        string source = _folder.Write("assign", "=joe:joe:507:100:/h/joe:::\n=joe-info:joe:507:100:/h/joe:-:info:\n+joe-:joe:507:100:/h/joe:-::\n.\nnot read\n");

        (int exit, _, string error) = await RunAsync("build", "--assign", "--domain", "a.example", "--domain", "B.example", source, Target);

        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal(
            [":joe-@a.example", ":joe-@b.example", ":joe-info@a.example", ":joe-info@b.example", ":joe@a.example", ":joe@b.example"],
            Keys().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("=joe:joe:507:100:/h/joe:::\n", ":2: the file must end with a line that holds a dot alone")]
    [InlineData("=joe:joe:507\n.\n", ":1: must be")]
    [InlineData("?joe:joe:507:100:/h/joe:::\n.\n", ":1: must be")]
    [InlineData("+:alias:507:100:/h/alias:-::\n.\n", ":1: '+' stands for addresses that no key can stand for")]
    [InlineData("+jo:joe:507:100:/h/joe:::\n.\n", ":1: '+jo' stands for addresses that no key can stand for")]
    [InlineData("=a b:joe:507:100:/h/joe:::\n.\n", ":1: 'a b@a.example' is not an address")]
    public async Task Build_FromWrongAssign_IsRefused(string text, string expected)
    {
        (int exit, _, string error) = await RunAsync("build", "--assign", "--domain", "a.example", _folder.Write("assign", text), Target);

        Assert.Equal(1, exit);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Theory]
    [InlineData("build", "--assign", "SOURCE", "TARGET")]
    [InlineData("build", "--domain", "a.example", "SOURCE", "TARGET")]
    [InlineData("build", "--assign", "--domain", "a b", "--", "SOURCE", "TARGET")]
    [InlineData("build", "SOURCE")]
    public async Task Build_WrongUse_Exits2(params string[] arguments) => Assert.Equal(2, (await RunAsync(arguments)).Exit);

    [Fact]
    public async Task Build_SourceThatIsMissing_Exits1() => Assert.Equal(1, (await RunAsync("build", _folder.PathOf("missing"), Target)).Exit);

    [Fact]
    public async Task Check_Address_TellsWhatASessionWouldSay()
    {
        await RunAsync("build", _folder.Write("list", "joe@a.test\nlist-@a.test\n"), Target);
        using TestConfiguration configuration = new(
            ("Domains", """{ "a.test": { "Recipients": "filter", "Route": "sink" }, "b.test": { "Recipients": [ "jane" ], "Route": "sink" } }"""),
            ("FilterOrder", """[ "r" ]"""),
            ("Filters", $$"""{ "r": { "Type": "Recipients", "QmailMode": true, "Backends": { "file": { "Type": "Cdb", "Path": "{{Target}}" } }, "Lines": [ "a.test:file" ] } }"""));
        configuration.Write();

        Assert.Equal((0, "filter r:\n  line 'a.test:file': joe@a.test: known\nknown, by line 'a.test:file'.\n"), await CheckAsync(configuration, "Joe@A.test"));
        Assert.Equal((0, "filter r:\n  line 'a.test:file': joe+x@a.test: unknown\n  line 'a.test:file': joe@a.test: known\nknown, by line 'a.test:file'.\n"), await CheckAsync(configuration, "joe+x@a.test"));
        Assert.Equal((1, "filter r:\n  line 'a.test:file': nobody@a.test: unknown\nunknown: no line knows it.\n"), await CheckAsync(configuration, "nobody@a.test"));
        Assert.Equal((0, "known: jane@b.test, by Domains:b.test:Recipients.\n"), await CheckAsync(configuration, "jane+x@b.test"));
        Assert.Equal((1, "unknown: not in Domains:b.test:Recipients.\n"), await CheckAsync(configuration, "joe@b.test"));
        Assert.Equal(0, (await CheckAsync(configuration, "postmaster@a.test")).Exit);
        Assert.Equal(1, (await CheckAsync(configuration, "joe@elsewhere.test")).Exit);
        Assert.Equal(3, (await CheckAsync(configuration, "no address")).Exit);
        await File.WriteAllTextAsync(Target, "gone");
        (int exit, string output) = await CheckAsync(configuration, "joe@a.test");
        Assert.Equal(3, exit);
        Assert.Contains("nobody can tell now: the cdb cannot be read", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_DomainOfAFile_IsOurs_AndAFileThatIsMissingIsAnError()
    {
        using TestConfiguration configuration = new(
            ("DomainFiles", """{ "text": { "Path": "rcpthosts", "Recipients": [ "joe" ], "Route": "sink" }, "more": { "Path": "more.cdb", "Recipients": [ "jane" ], "Route": "sink" } }"""));
        configuration.Write();
        await File.WriteAllTextAsync(configuration.PathOf("rcpthosts"), "text.test\n");
        using (CdbWriter writer = new(configuration.PathOf("more.cdb")))
        {
            writer.Add("more.test"u8, []);
            writer.Commit();
        }

        Assert.Equal((0, "known: joe@text.test, by DomainFiles:text:Recipients.\n"), await CheckAsync(configuration, "joe@text.test"));
        Assert.Equal((1, "unknown: not in DomainFiles:more:Recipients.\n"), await CheckAsync(configuration, "joe@more.test"));
        Assert.Equal(1, (await CheckAsync(configuration, "joe@elsewhere.test")).Exit);
        File.Delete(configuration.PathOf("rcpthosts"));
        (int exit, string output) = await CheckAsync(configuration, "joe@text.test");
        Assert.Equal(2, exit);
        Assert.Contains("DomainFiles:text:Path: Could not find file", output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        int exit = await EdgeSmtpCommand.InvokeAsync(["recipients", .. arguments], output, error);
        return (exit, output.ToString(), error.ToString());
    }

    private static async Task<(int Exit, string Output)> CheckAsync(TestConfiguration configuration, string address)
    {
        (int exit, string output, string error) = await RunAsync("check", address, "--config", configuration.File);
        return (exit, output + error);
    }

    private IEnumerable<string> Keys()
    {
        using CdbReader reader = CdbReader.Open(Target);
        return [.. reader.Records().Select(static record => Encoding.UTF8.GetString(record.Key))];
    }
}
