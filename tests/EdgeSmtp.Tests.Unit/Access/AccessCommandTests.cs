using System.Text.Json;
using EdgeSmtp.Server.Cli;
using EdgeSmtp.Tests.Unit.Server;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

public sealed class AccessCommandTests : IDisposable
{
    private const string Rules = """
        # rules of a test
        192.0.2.1:deny
        192.0.2.:allow,RELAYCLIENT="",GREETDELAY="20",DATABYTES="1000"
        =.friends.example:allow,RBLSMTPD=""
        2001:db8::/32:allow,RBLSMTPD="-not you"
        joe@10.0.0.1:allow,MAXRECIPIENTS="3"
        :allow
        """;

    private readonly TemporaryFolder _folder = new();

    public AccessCommandTests() => _folder.Write("access.rules", Rules + "\n");

    [Theory]
    [InlineData("rule: 192.0.2.1|place: FILE:2|outcome: deny", "192.0.2.1")]
    [InlineData("rule: 192.0.2.|place: FILE:3|outcome: allow|relay: yes|message-size-max: 1000|filter GreetDelay:Delay: 00:00:20", "192.0.2.2")]
    [InlineData("rule: 192.0.2.|place: FILE:3|outcome: allow|relay: yes|message-size-max: 1000|filter GreetDelay:Delay: 00:00:20", "::ffff:192.0.2.2")]
    [InlineData("rule: =.friends.example|place: FILE:4|outcome: allow|filter Rbl:Enabled: false|filter GreetDelay:Delay: 00:00:00", "198.51.100.1", "--name", "mx.Friends.example")]
    [InlineData("rule: 2001:db8::/32|place: FILE:5|outcome: refuse-mail|refusal: 553 5.7.1 not you|filter Rbl:Enabled: false|filter GreetDelay:Delay: 00:00:00", "2001:db8::5")]
    [InlineData("rule: joe@10.0.0.1|place: FILE:6|outcome: allow|recipients-max: 3", "10.0.0.1", "--info", "joe")]
    [InlineData("rule: default|place: FILE:7|outcome: allow", "10.0.0.1")]
    public async Task Check_File_PrintsTheRuleAndWhatItSettles(string expected, params string[] arguments)
    {
        (int exit, string output, string error) = await InvokeAsync(["access", "check", .. arguments, "--rules", _folder.PathOf("access.rules")]);

        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal(expected.Replace("FILE", _folder.PathOf("access.rules"), StringComparison.Ordinal).Split('|'), output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Check_NoRuleFits_SaysSo()
    {
        _folder.Write("access.rules", "10.:deny\n");

        (int exit, string output, _) = await InvokeAsync("access", "check", "192.0.2.1", "--rules", _folder.PathOf("access.rules"));

        Assert.Equal((0, "rule: none\noutcome: allow\n"), (exit, output));
    }

    [Fact]
    public async Task Check_Json_HasTheVariablesAsWritten()
    {
        (int exit, string output, _) = await InvokeAsync("access", "check", "192.0.2.2", "--json", "--rules", _folder.PathOf("access.rules"));

        Assert.Equal(0, exit);
        JsonElement answer = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal("allow", answer.GetProperty("outcome").GetString());
        Assert.Equal("20", answer.GetProperty("variables").GetProperty("GREETDELAY").GetString());
    }

    [Fact]
    public async Task Check_Configuration_AnswersForEachListener()
    {
        using TestConfiguration configuration = new(
            ("Listeners", """{ "mx": { "Address": "127.0.0.1:2525", "Access": "one" }, "in": { "Address": "127.0.0.1:2526" }, "out": { "Address": "127.0.0.1:2527", "Access": "two" } }"""),
            ("AccessRules", """{ "one": { "File": "one.rules" }, "two": { "File": "two.rules" } }"""));
        configuration.Write();
        File.WriteAllText(configuration.PathOf("one.rules"), ":deny\n");
        File.WriteAllText(configuration.PathOf("two.rules"), ":allow\n");

        (int exit, string output, _) = await InvokeAsync("access", "check", "192.0.2.2", "--config", configuration.File);
        Assert.Equal(0, exit);
        Assert.Equal(["listener: mx", "outcome: deny", "listener: out", "outcome: allow"], output.Split('\n').Where(static line => line.StartsWith("listener", StringComparison.Ordinal) || line.StartsWith("outcome", StringComparison.Ordinal)));

        (exit, output, _) = await InvokeAsync("access", "check", "192.0.2.2", "--config", configuration.File, "--listener", "out");
        Assert.Equal(0, exit);
        Assert.DoesNotContain("deny", output, StringComparison.Ordinal);

        Assert.Equal(1, (await InvokeAsync("access", "check", "192.0.2.2", "--config", configuration.File, "--listener", "in")).Exit);
    }

    [Theory]
    [InlineData("access", "check", "192.0.2")]
    [InlineData("access", "check", "host.example")]
    [InlineData("access", "check")]
    public async Task Check_NoAddress_Exits2(params string[] arguments)
    {
        (int exit, _, string error) = await InvokeAsync([.. arguments, "--rules", _folder.PathOf("access.rules")]);

        Assert.True(exit == 2, $"{exit}: {error}");
    }

    [Fact]
    public async Task Build_FaultyLine_Exits2WithItsNumberAndLeavesTheOldFile()
    {
        string target = _folder.PathOf("access.cdb");
        await InvokeAsync("access", "build", _folder.PathOf("access.rules"), target);
        byte[] before = File.ReadAllBytes(target);
        _folder.Write("access.rules", ":allow\n10.1:deny\n");

        (int exit, _, string error) = await InvokeAsync("access", "build", _folder.PathOf("access.rules"), target);

        Assert.Equal(2, exit);
        Assert.StartsWith($"{_folder.PathOf("access.rules")}:2: ", error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(target));
    }

    [Fact]
    public async Task Build_ThenCheck_GivesTheSameAnswers()
    {
        string target = _folder.PathOf("access.cdb");

        (int exit, string output, _) = await InvokeAsync("access", "build", _folder.PathOf("access.rules"), target);

        Assert.Equal((0, "6 rules, 6 records\n"), (exit, output));
        foreach (string client in (string[])["192.0.2.1", "192.0.2.2", "2001:db8::5", "10.0.0.1"])
        {
            (_, string text, _) = await InvokeAsync("access", "check", client, "--name", "a.friends.example", "--info", "joe", "--rules", _folder.PathOf("access.rules"));
            (_, string compiled, _) = await InvokeAsync("access", "check", client, "--name", "a.friends.example", "--info", "joe", "--rules", target);
            Assert.Equal(Lines(text), Lines(compiled));
        }

        static IEnumerable<string> Lines(string output) => output.Split('\n').Where(static line => !line.StartsWith("place:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("access.cdb", "other.cdb")]
    [InlineData("access.rules", "access.txt")]
    public async Task Build_NamesTheWrongWayRound_Exits2(string source, string target) =>
        Assert.Equal(2, (await InvokeAsync("access", "build", _folder.PathOf(source), _folder.PathOf(target))).Exit);

    public void Dispose() => _folder.Dispose();

    private static async Task<(int Exit, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        int exit = await EdgeSmtpCommand.InvokeAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
