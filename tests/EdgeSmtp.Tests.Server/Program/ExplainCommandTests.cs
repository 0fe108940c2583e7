using System.Text.Json;
using EdgeSmtp.Server.Cli;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary><c>edgesmtp explain</c>: from the id in a reply to what every filter said, beside a running server and after it has stopped.</summary>
public sealed class ExplainCommandTests : IAsyncLifetime
{
    private readonly TestServer _server = new();

    public async ValueTask InitializeAsync()
    {
        _server.Members["FilterOrder"] = """[ "helo", "strict" ]""";
        _server.Members["Filters"] = """{ "helo": { "Type": "HeloCheck", "SkipWhen": [ "relay" ] }, "strict": { "Type": "HeloCheck", "RequireFullName": true, "BadHelo": [ "bad.example" ], "Replies": { "helo-bad": "5.7.9 You again, {client}" } } }""";
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Explain_IdOfAReply_ShowsEveryFilter(bool isStopped)
    {
        string id = await RefusedAsync();
        if (isStopped)
        {
            await _server.StopAsync();
        }

        string text = await ExplainedAsync(id);

        Assert.StartsWith("session ", text, StringComparison.Ordinal);
        Assert.Contains("client 127.0.0.1, hello bad.example", text, StringComparison.Ordinal);
        Assert.Contains($"transaction {id}\n", text, StringComparison.Ordinal);
        Assert.Matches(@"hello +helo +continue", text);
        Assert.Matches(@"hello +strict +reject helo-bad", text);
        Assert.Matches(@"mail +from <a@sender\.test>", text);
        Assert.Matches(@"refused +strict +550 helo-bad to <user@example\.test>", text);
    }

    [Fact]
    public async Task Explain_AsJson_HasTheSame()
    {
        string id = await RefusedAsync();
        await ExplainedAsync(id);
        (_, string output, _) = await RunAsync(id, "--json");
        JsonElement found = JsonDocument.Parse(output).RootElement;
        Assert.Equal(id, found.GetProperty("transaction").GetString());
        Assert.Contains(found.GetProperty("items").EnumerateArray(), static item => item.TryGetProperty("reason", out JsonElement reason) && reason.GetString() == "helo-bad");
        Assert.Equal(0, found.GetProperty("omitted").GetInt32());
    }

    [Fact]
    public async Task Explain_SecondTransactionOfASession_LeavesTheFirstOut()
    {
        using LineClient client = await LineClient.GreetAsync(_server.Smtp);
        await client.SayAsync("MAIL FROM:<one@sender.test>");
        await client.SayAsync("RCPT TO:<nobody@example.test>");
        await client.SayAsync("RSET");
        await client.SayAsync("MAIL FROM:<two@sender.test>");
        string reply = (await client.SayAsync("RCPT TO:<nobody@example.test>"))!;
        string text = await ExplainedAsync(TestClient.ReplyId().Match(reply).Value);
        Assert.Contains("two@sender.test", text, StringComparison.Ordinal);
        Assert.DoesNotContain("one@sender.test", text, StringComparison.Ordinal);
        Assert.Matches(@"connect|hello +helo", text);
        Assert.Matches(@"refused +550 unknown to <nobody@example\.test>", text);
    }

    [Theory]
    [InlineData("0000000000000", 1, "nothing is known")]
    [InlineData("../../etc/passwd", 2, "is no id")]
    public async Task Explain_UnknownOrNoId_SaysSo(string id, int exit, string error)
    {
        (int ended, _, string said) = await RunAsync(id);
        Assert.Equal(exit, ended);
        Assert.Contains(error, said, StringComparison.Ordinal);
    }

    private async Task<string> RefusedAsync()
    {
        using LineClient client = await LineClient.ConnectAsync(_server.Smtp);
        await client.ReplyAsync();
        await client.SayAsync("EHLO bad.example");
        await client.SayAsync("MAIL FROM:<a@sender.test>");
        string reply = (await client.SayAsync("RCPT TO:<user@example.test>"))!;
        Assert.StartsWith("550 5.7.9 You again, 127.0.0.1 [", reply, StringComparison.Ordinal);
        return TestClient.ReplyId().Match(reply).Value.Trim('[', ']');
    }

    /// <summary>The writer gathers for a moment, so what was decided just now may not have reached the file.</summary>
    private async Task<string> ExplainedAsync(string id)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            (int exit, string output, _) = await RunAsync(id);
            if (exit == 0)
            {
                return output;
            }

            await Task.Yield();
        }
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exit = await EdgeSmtpCommand.InvokeAsync(["explain", .. arguments, "--config", _server.ConfigurationFile], output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
