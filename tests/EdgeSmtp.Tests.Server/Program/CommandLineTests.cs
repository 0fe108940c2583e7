using System.Text.Json;
using EdgeSmtp.Server.Cli;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary>The command line against a server, and against the files of one that has stopped.</summary>
public sealed class CommandLineTests : IAsyncLifetime
{
    private readonly TestServer _server = new();

    public async ValueTask InitializeAsync()
    {
        // A next hop that nobody has: messages stay.
        _server.Members["Routes"] = """{ "maildir": { "Transport": "smtp", "NextHop": "127.0.0.1:9" } }""";
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("smtp")]
    [InlineData("qmtp")]
    public async Task Send_OneGoodAndOneBadRecipient_PrintsEachReplyAndFails(string protocol)
    {
        (int exit, string output, _) = await SendAsync(protocol, "user@example.test", "nobody@example.test");

        Assert.Equal(1, exit);
        Assert.Contains("<user@example.test> accepted: ", output, StringComparison.Ordinal);
        Assert.Contains("<nobody@example.test> permanent: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_BySmtp_PrintsTheWholeDialogue()
    {
        (_, string output, _) = await SendAsync("smtp", "user@example.test");

        foreach (string reply in (string[])["  220 mx.example.test", "  250-mx.example.test", "  250 2.1.0 ", "  250 2.1.5 ", "  250 2.0.0 "])
        {
            Assert.Contains(reply, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("smtp")]
    [InlineData("qmtp")]
    public async Task Send_GoodRecipient_IsQueued(string protocol)
    {
        (int exit, _, _) = await SendAsync(protocol, "user@example.test");

        Assert.Equal(0, exit);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Queue_HoldReleaseRemove_ChangeTheState()
    {
        await SendAsync("smtp", "user@example.test");
        string id = (await ListAsync()).Single().GetProperty("id").GetString()!;
        await UntilAsync(static message => message.GetProperty("state").GetString() == "deferred");

        Assert.Equal(0, (await RunAsync("queue", "hold", id)).Exit);
        Assert.Equal("held", (await ListAsync()).Single().GetProperty("state").GetString());
        Assert.Equal(0, (await RunAsync("queue", "release", id)).Exit);
        await UntilAsync(static message => message.GetProperty("state").GetString() == "deferred");
        Assert.Equal(0, (await RunAsync("queue", "remove", "--all")).Exit);
        Assert.Empty(await ListAsync());
        Assert.Equal(1, (await RunAsync("queue", "show", id)).Exit);
    }

    [Fact]
    public async Task Queue_WithoutAServer_IsReadFromItsFilesAndNotChanged()
    {
        await SendAsync("smtp", "user@example.test");
        await UntilAsync(static message => message.GetProperty("state").GetString() == "deferred");
        string id = (await ListAsync()).Single().GetProperty("id").GetString()!;
        await _server.StopAsync();

        Assert.Equal(id, (await ListAsync()).Single().GetProperty("id").GetString());
        (int exit, string shown, _) = await RunAsync("queue", "show", id);
        Assert.Equal(0, exit);
        Assert.Contains("Subject: test", shown, StringComparison.Ordinal);
        Assert.Contains("user@example.test", shown, StringComparison.Ordinal);
        (exit, _, string error) = await RunAsync("queue", "remove", id);
        Assert.Equal(1, exit);
        Assert.Contains("no server listens", error, StringComparison.Ordinal);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Queue_WithItsDirectoryNamed_NeedsNoConfiguration()
    {
        await SendAsync("smtp", "user@example.test");

        (int exit, string output, _) = await InvokeAsync("queue", "list", "--data-directory", _server.DataDirectory);

        Assert.Equal(0, exit);
        Assert.Contains("LAST STATUS", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("queue", "show", "short")]
    [InlineData("queue", "retry")]
    [InlineData("queue", "explode")]
    [InlineData("send")]
    [InlineData("run", "--colour")]
    public async Task WrongUsage_ExitsWith2(params string[] arguments)
    {
        (int exit, _, string error) = await InvokeAsync(arguments);

        Assert.Equal(2, exit);
        Assert.StartsWith("edgesmtp: ", error, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exit = await EdgeSmtpCommand.InvokeAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }

    private Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments) => InvokeAsync([.. arguments, "--config", _server.ConfigurationFile]);

    private Task<(int Exit, string Output, string Error)> SendAsync(string protocol, params string[] recipients)
    {
        string file = Path.Combine(_server.DataDirectory, "message.eml");
        File.WriteAllText(file, "Subject: test\n\n.a dot\n");
        string server = (protocol == "smtp" ? _server.Smtp : _server.Qmtp).ToString();
        return InvokeAsync(["send", file, "--from", "a@sender.test", "--protocol", protocol, "--server", server, .. recipients.SelectMany(static recipient => new[] { "--to", recipient })]);
    }

    private async Task<List<JsonElement>> ListAsync()
    {
        (int exit, string output, _) = await RunAsync("queue", "list", "--json");
        Assert.Equal(0, exit);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    private async Task UntilAsync(Func<JsonElement, bool> reached)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!(await ListAsync()).All(reached))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
