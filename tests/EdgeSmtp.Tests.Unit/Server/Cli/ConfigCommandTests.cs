using System.Text.Json;
using EdgeSmtp.Server.Cli;
using EdgeSmtp.Tests.Unit.Server.Configuration;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Cli;

public sealed class ConfigCommandTests
{
    [Fact]
    public async Task Check_ValidFile_Exits0()
    {
        using TestConfiguration configuration = new();

        (int exit, string output, string error) = await CheckAsync(configuration);

        Assert.Equal((0, "The configuration is valid.\n", string.Empty), (exit, output, error));
    }

    [Fact]
    public async Task Check_FaultsOfEveryKind_AreAllPrintedWithPlaceAndExit2()
    {
        using TestConfiguration configuration = new(
            ("Hostname", "\"mx\""), ("Limits", """{ "ConnectionsMax": 0 }"""), ("FilterOrder", """[ "nope" ]"""), ("DefaultRoute", "\"nowhere\""), ("Colour", "1"));

        (int exit, _, string error) = await CheckAsync(configuration);

        Assert.Equal(2, exit);
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line => Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(configuration.File)}:[0-9]+: [A-Za-z:0-9]+: ", line));
    }

    [Theory]
    [InlineData("""{ "sink": { "Transport": "smtp", "NextHop": "127.0.0.1:2525" } }""", "Routes:sink:NextHop: '127.0.0.1:2525' is a listener of this server; mail would loop.")]
    [InlineData("""{ "sink": { "Transport": "smtp", "NextHop": [ "localhost:2525" ] } }""", "Routes:sink:NextHop: 'localhost:2525' is a listener of this server; mail would loop.")]
    [InlineData("""{ "sink": { "Transport": "lmtp" } }""", "Routes:sink:NextHop: a route with Lmtp needs a next hop.")]
    [InlineData("""{ "sink": { "Transport": "smtp", "NextHop": "a b" } }""", "Routes:sink:NextHop:0: 'a b' is not host, host:port, [IPv6]:port or unix:/path.")]
    [InlineData("""{ "sink": { "Transport": "smtp", "Certificate": "main" } }""", "Routes:sink:Certificate: there is no certificate 'main'.")]
    public async Task Check_WhatTheRoutesFindThemselves_IsPrintedWithItsPlace(string routes, string expected)
    {
        using TestConfiguration configuration = new(("Routes", routes));

        (int exit, _, string error) = await CheckAsync(configuration);

        Assert.Equal(2, exit);
        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(configuration.File)}:7: {System.Text.RegularExpressions.Regex.Escape(expected)}\n$", error);
    }

    [Fact]
    public async Task Check_DeliverySettingOutOfRange_IsPrinted()
    {
        using TestConfiguration configuration = new(("Delivery", """{ "RemoteConcurrencyMax": 0 }"""));

        (int exit, _, string error) = await CheckAsync(configuration);

        Assert.Equal(2, exit);
        Assert.Contains("Delivery:RemoteConcurrencyMax: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Json_IsAListOfProblems()
    {
        using TestConfiguration configuration = new(("Hostname", "\"mx\""));
        configuration.Write();

        (int exit, string output, _) = await InvokeAsync("config", "check", "--json", "--config", configuration.File);

        Assert.Equal(2, exit);
        JsonElement problem = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal("Hostname", problem.GetProperty("path").GetString());
        Assert.Equal(2, problem.GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Check_MissingFile_Exits2()
    {
        (int exit, _, string error) = await InvokeAsync("config", "check", "--config", "/nonexistent/edgesmtp.json");

        Assert.Equal(2, exit);
        Assert.Contains("cannot read", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_TwoFiles_PrintsWhatDiffers()
    {
        using TestConfiguration before = new(("OwnNames", """[ "a.test" ]"""));
        using TestConfiguration after = new(("Hostname", "\"other.example.test\""), ("BounceRoute", "\"sink\""));
        before.Write();
        after.Write();

        (int exit, string output, _) = await InvokeAsync("config", "diff", before.File, after.File);

        Assert.Equal(1, exit);
        Assert.Equal(
            ["~ Hostname: \"mx.example.test\" -> \"other.example.test\"", "- OwnNames = [\"a.test\"]", "+ BounceRoute = \"sink\""],
            output.TrimEnd().Split('\n'));
        Assert.Equal(0, (await InvokeAsync("config", "diff", before.File, before.File)).Exit);
    }

    [Fact]
    public async Task Default_AsAFile_IsValid()
    {
        using TemporaryFolder folder = new();
        (_, string output, _) = await InvokeAsync("config", "default");
        folder.Write("edgesmtp.json", output);

        (int exit, string result, string error) = await InvokeAsync("config", "check", "--config", folder.PathOf("edgesmtp.json"));

        Assert.Equal((0, "The configuration is valid.\n"), (exit, result));
        Assert.DoesNotContain("Hostname", error, StringComparison.Ordinal);
        Assert.DoesNotContain("${", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_IsWhatRunsWithoutAFile()
    {
        (int exit, string output, _) = await InvokeAsync("config", "default");

        Assert.Equal(0, exit);
        Assert.Contains("127.0.0.1:2525", output, StringComparison.Ordinal);
    }

    private static Task<(int Exit, string Output, string Error)> CheckAsync(TestConfiguration configuration)
    {
        configuration.Write();
        return InvokeAsync("config", "check", "--config", configuration.File);
    }

    private static async Task<(int Exit, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        int exit = await EdgeSmtpCommand.InvokeAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
