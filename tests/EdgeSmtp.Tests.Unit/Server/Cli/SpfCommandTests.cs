using System.Text.Json;
using EdgeSmtp.Server.Cli;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Cli;

public sealed class SpfCommandTests
{
    private const string Zone = """
        $ORIGIN example.org.
        @    TXT "v=spf1 a include:spf.example.net. exists:%{i}.list.example.net ~all"
             A   192.0.2.9
        spf.example.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
        fail TXT "v=spf1 -all exp=why.example.org"
        why  TXT "%{s} is not for %{c} (%{r})"
        late FAIL
        """;

    [Fact]
    public async Task Check_PrintsEachStepWithItsCost()
    {
        (int exit, string output, string error) = await RunAsync("--ip", "192.0.2.1", "--from", "joe@example.org", "--helo", "mail.example.org");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal(
            """
            client   192.0.2.1
            mailfrom joe@example.org

              ask example.org TXT: "v=spf1 a include:spf.example.net. exists:%{i}.list.example.net ~all"
              example.org: SPF record
              ask example.org A: 192.0.2.9
              a: no match  [1 of 10 look-ups, 0 without answer]
                ask spf.example.net TXT: "v=spf1 ip4:198.51.100.0/24 -all"
                spf.example.net: SPF record
                ip4:198.51.100.0/24: no match  [2 of 10 look-ups, 0 without answer]
                -all: match: fail  [2 of 10 look-ups, 0 without answer]
              include:spf.example.net.: no match  [2 of 10 look-ups, 0 without answer]
              ask 192.0.2.1.list.example.net A: no such name
              exists:%{i}.list.example.net: no match  [3 of 10 look-ups, 1 without answer]
              ~all: match: softfail  [3 of 10 look-ups, 1 without answer]

            result   softfail by ~all
            cost     3 of 10 look-ups, 1 without answer, 4 questions

            """.ReplaceLineEndings("\n"),
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Check_Json_HasTheSame()
    {
        (int exit, string output, _) = await RunAsync("--ip", "2001:db8::1", "--from", "joe@fail.example.org", "--receiver", "mx.example.com", "--json");
        Assert.Equal(0, exit);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement root = document.RootElement;
        Assert.Equal("fail", root.GetProperty("result").GetString());
        Assert.Equal("-all", root.GetProperty("mechanism").GetString());
        Assert.Equal("joe@fail.example.org is not for 2001:db8::1 (mx.example.com)", root.GetProperty("explanation").GetString());
        Assert.Equal(2, root.GetProperty("questions").GetInt32());
        Assert.Equal(0, root.GetProperty("lookups").GetInt32());
        Assert.Equal(["lookup", "record", "mechanism", "lookup", "explanation"], root.GetProperty("steps").EnumerateArray().Select(static step => step.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Check_EmptySender_ChecksTheHello()
    {
        (_, string output, _) = await RunAsync("--ip", "192.0.2.9", "--from", "<>", "--helo", "example.org");
        Assert.Contains("helo     postmaster@example.org", output, StringComparison.Ordinal);
        Assert.Contains("result   pass by a", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TempError_Exits1()
    {
        (int exit, string output, _) = await RunAsync("--ip", "192.0.2.1", "--from", "joe@late.example.org");
        Assert.Equal(1, exit);
        Assert.Contains("result   temperror: no answer for the record of late.example.org", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WithOurPolicy_SaysThatItDecided()
    {
        (_, string output, _) = await RunAsync("--ip", "192.0.2.1", "--from", "joe@fail.example.org", "--local-policy", "ip4:192.0.2.0/24");
        Assert.Contains("result   pass by ip4:192.0.2.0/24, our local policy", output, StringComparison.Ordinal);
        (_, output, _) = await RunAsync("--ip", "192.0.2.1", "--from", "joe@nobody.example.org", "--best-guess", "?all");
        Assert.Contains("result   none, best guess neutral", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ip", "nowhere")]
    [InlineData("--from", "joe@example.org")]
    [InlineData("--ip", "192.0.2.1", "--local-policy", "nonsense:")]
    public async Task Check_WrongArguments_Exits2(params string[] arguments)
    {
        (int exit, string output, string error) = await RunAsync(arguments);
        Assert.Equal((2, string.Empty), (exit, output));
        Assert.StartsWith("edgesmtp: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ZoneFileWithFaults_NamesThemAndExits2()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "a.example. A nowhere\n");
        using StringWriter output = new();
        using StringWriter error = new();
        int exit = await EdgeSmtpCommand.InvokeAsync(["spf", "check", "--ip", "192.0.2.1", "--dns", file], output, error);
        File.Delete(file);
        Assert.Equal((2, $"{file}: line 1: 'nowhere' is no address for A{Environment.NewLine}"), (exit, error.ToString()));
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Zone);
        using StringWriter output = new();
        using StringWriter error = new();
        int exit = await EdgeSmtpCommand.InvokeAsync(["spf", "check", "--dns", file, .. arguments], output, error);
        File.Delete(file);
        return (exit, output.ToString(), error.ToString());
    }
}
