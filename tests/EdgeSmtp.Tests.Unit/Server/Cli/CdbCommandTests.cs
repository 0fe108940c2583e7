using System.Text;
using EdgeSmtp.Server.Cli;
using EdgeSmtp.Toolkit.Cdb;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Cli;

public sealed class CdbCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.PathOf("r.cdb");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task MailFromRules_BecomeTheRecordsOfQmailMfrules()
    {
        string source = _folder.Write("rules", "# who may\n192.0.2.1:Joe@X.Example,@y.example\n10.&\n192.0.2.8-9:@z.example\n=mail.x.example:@x.example\n");

        (int exit, string output, string error) = await RunAsync("build", "--as", "mailfromrules", source, Target);

        Assert.Equal((0, $"5 records in {Target}.\n", string.Empty), (exit, output, error));
        Assert.Equal(
            ["10.=", "192.0.2.1=+joe@x.example+@y.example", "192.0.2.8=+@z.example", "192.0.2.9=+@z.example", "=mail.x.example=+@x.example"], Records());
    }

    [Fact]
    public async Task MoreRcptHosts_BecomeKeysInLowerCase()
    {
        string source = _folder.Write("domains", "Example.COM\n  bücher.example \n\n.sub.example\nexample.com\n");

        (int exit, string output, string error) = await RunAsync("build", "--as", "morercpthosts", source, Target);

        Assert.Equal((0, $"3 records in {Target}.\n", string.Empty), (exit, output, error));
        Assert.Equal([".sub.example=", "example.com=", "xn--bcher-kva.example="], Records());
    }

    [Fact]
    public async Task WrongLines_AreAllNamedAndNothingIsReplaced()
    {
        await RunAsync("build", "--as", "morercpthosts", _folder.Write("good", "old.example\n"), Target);
        string source = _folder.Write("bad", "a.example\nno domain\nb..example\n");

        (int exit, _, string error) = await RunAsync("build", "--as", "morercpthosts", source, Target);

        Assert.Equal(1, exit);
        Assert.Equal([$"{source}: 'no domain' is not a domain name", $"{source}: 'b..example' is not a domain name"], error.TrimEnd().Split('\n'));
        Assert.Equal(["old.example="], Records());
    }

    [Theory]
    [InlineData("build")]
    [InlineData("build", "--as", "virtualdomains", "a", "b")]
    [InlineData("build", "--as", "mailfromrules", "a")]
    public async Task WrongUse_Exits2(params string[] arguments) => Assert.Equal(2, (await RunAsync(arguments)).Exit);

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        int exit = await EdgeSmtpCommand.InvokeAsync(["cdb", .. arguments], output, error);
        return (exit, output.ToString(), error.ToString());
    }

    private IEnumerable<string> Records()
    {
        using CdbReader reader = CdbReader.Open(Target);
        return [.. reader.Records().Select(static record => $"{Encoding.UTF8.GetString(record.Key)}={Encoding.UTF8.GetString(record.Value)}").Order(StringComparer.Ordinal)];
    }
}
