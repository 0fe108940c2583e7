using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>The other commands of the program, against a running server and without one.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("smtp")]
    [InlineData("qmtp")]
    public async Task Send_OfAMessageFile_PrintsTheReplies_AndTheMailArrives(string protocol)
    {
        await using EdgeServer edge = await EdgeServer.StartAsync();
        Specimen specimen = Specimen.Make("eightbit");
        string file = edge.Settings.Folder.PathOf("message.eml");
        await File.WriteAllBytesAsync(file, Newlines.ToLf(specimen.Content));
        int port = protocol == "smtp" ? edge.SmtpPort : edge.QmtpPort;
        string[] options = [file, "--server", $"127.0.0.1:{port}", "--protocol", protocol, "--from", "s@client.test"];
        Command.Result sent = await Command.RunAsync(Programs.Edge, ["send", .. options, "--to", "user@example.test"]);
        Assert.True(sent.ExitCode == 0, sent.ToString());
        Assert.NotEqual("", sent.Output);
        StoredMail.AssertIntact(specimen, await edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: sent.ToString));

        Command.Result refused = await Command.RunAsync(Programs.Edge, ["send", .. options, "--to", "nobody@example.test"]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("5.1.1", refused.Output + refused.Error, StringComparison.Ordinal);
    }

    // mailfront reads LF coding only: with any other it answers "Cannot handle non-LF line terminator".
    [Fact]
    public async Task Send_ByQmtpToAServerThatReadsLfCodingOnly_IsTaken()
    {
        await using MailfrontQmtp server = await MailfrontQmtp.StartAsync();
        using TempFolder folder = new();
        string file = folder.PathOf("message.eml");
        await File.WriteAllBytesAsync(file, Newlines.ToLf(Specimen.Make("dots").Content));
        Command.Result sent = await Command.RunAsync(
            Programs.Edge, "send", file, "--server", $"127.0.0.1:{server.Port}", "--protocol", "qmtp", "--from", "s@client.test", "--to", "any@next.test");
        Assert.True(sent.ExitCode == 0, sent.ToString());
        Assert.Contains("<any@next.test> accepted", sent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_OfMessagesThatCannotLeave_IsListedHeldReleasedAndRemoved()
    {
        using PortClaim nobody = PortClaim.Take();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Route("next", "smtp", nobody.Port)["RetryDelays"] = new JsonArray("01:00:00");
            settings.Domain("next.test", "next");
        });
        for (int i = 0; i < 2; i++)
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            await client.ExpectAsync(250, await client.TransactionAsync("user@example.test", "any@next.test", Specimen.Make("plain").Content));
        }
        await Until.TrueAsync(
            async () => (await edge.CliAsync("queue", "list", "--json")).Output.Split("\"deferred\"").Length == 3, Until.Soon, () => edge.Process.OutputTail);
        string[] ids = await IdsAsync(edge);

        foreach (string action in new[] { "show", "hold", "release" })
            await SucceedsAsync(edge, "queue", action, ids[0]);
        await SucceedsAsync(edge, "queue", "remove", ids[0]);
        Assert.Equal([ids[1]], await IdsAsync(edge));

        // Without a server the queue is read, and not changed.
        Assert.Equal(0, await edge.StopAsync());
        Assert.Equal([ids[1]], await IdsAsync(edge));
        Assert.NotEqual(0, (await edge.CliAsync("queue", "remove", ids[1])).ExitCode);
        await edge.StartAgainAsync();
        Assert.Equal([ids[1]], await IdsAsync(edge));
    }

    [Fact]
    public async Task ConfigCheck_OfAWrongFile_NamesEveryMistakeWithItsPath()
    {
        using TempFolder folder = new();
        string file = folder.Write("edgesmtp.json", """
            {
              // Two mistakes and a reference to nothing.
              "Hostname": "mx.example.test",
              "DataDirectory": "data",
              "Postmaster": "user@example.test",
              "Listeners": { "mx": { "Protocol": "smtp", "Adress": "127.0.0.1:2525" } },
              "Domains": { "example.test": { "Recipients": "any", "Route": "nowhere" } },
              "FilterOrder": [ "missing" ]
            }
            """);
        Command.Result result = await Command.RunAsync(Programs.Edge, "config", "check", "--config", file);
        string said = result.Output + result.Error;
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Adress", said, StringComparison.Ordinal);
        Assert.Contains("nowhere", said, StringComparison.Ordinal);
        Assert.Contains("missing", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    [InlineData("config", "check", "--help")]
    [InlineData("queue", "list", "--help")]
    [InlineData("queue", "show", "--help")]
    [InlineData("queue", "retry", "--help")]
    [InlineData("queue", "remove", "--help")]
    [InlineData("queue", "hold", "--help")]
    [InlineData("queue", "release", "--help")]
    [InlineData("send", "--help")]
    public async Task Help_OfEveryCommand_SaysHowToUseIt(params string[] arguments)
    {
        Command.Result result = await Command.RunAsync(Programs.Edge, arguments);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
    }

    private static async Task<string[]> IdsAsync(EdgeServer edge)
    {
        Command.Result result = await SucceedsAsync(edge, "queue", "list", "--json");
        using JsonDocument document = JsonDocument.Parse(result.Output);
        return [.. document.RootElement.EnumerateArray().Select(message => message.GetProperty("id").ToString())];
    }

    private static async Task<Command.Result> SucceedsAsync(EdgeServer edge, params string[] arguments)
    {
        Command.Result result = await edge.CliAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}\n{edge.Process.OutputTail}");
        return result;
    }
}
