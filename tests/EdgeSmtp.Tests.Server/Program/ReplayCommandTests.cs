using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Server.Cli;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary><c>edgesmtp capture</c> and <c>edgesmtp replay</c>: what a running server decided, and what another configuration would have.</summary>
public sealed class ReplayCommandTests : IAsyncLifetime
{
    private readonly TestServer _server = new();

    public async ValueTask InitializeAsync()
    {
        _server.Members["Listeners"] = """{ "smtp": { "Address": "127.0.0.1:0", "Smtp": { "ErrorsMax": 1000 } } }""";
        _server.Members["RelayNetworks"] = """[ "127.0.0.0/8" ]""";
        _server.Members["Domains"] = """{ "example.test": { "Recipients": [ "user" ], "Route": "sink" } }""";
        _server.Members["DefaultRoute"] = "\"sink\"";
        _server.Members["FilterOrder"] = """[ "helo", "sender", "rcpt" ]""";
        _server.Members["Filters"] = Filters();
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task TenThousandTransactions_SameConfiguration_NoDifference()
    {
        Assert.Equal(0, (await RunAsync("capture", "start", "--content")).Exit);
        const int Sessions = 40;
        const int Each = 250;
        await Parallel.ForEachAsync(Enumerable.Range(0, Sessions), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (session, _) => await SendAsync(session, Each));
        await UntilRecordedAsync(Sessions);

        (int exit, string output, string error) = await RunAsync("replay");

        Assert.Equal((0, string.Empty), (exit, error));
        Assert.StartsWith($"{Sessions * Each} transactions with {3 * Sessions * Each} recipients in {Sessions} sessions\n", output, StringComparison.Ordinal);
        Assert.EndsWith("No difference.\n", output, StringComparison.Ordinal);
        Assert.Equal(output, (await RunAsync("replay")).Output);
    }

    [Fact]
    public async Task OtherConfiguration_IsShownByFilterAndReason()
    {
        await RunAsync("capture", "start", "--content");
        await SendAsync(1, 6);
        await UntilRecordedAsync(1);
        string other = OtherConfiguration(Filters(sender: """ "LocalSender": "", "CheckFrom": true, "BadMailFrom": [ "bad3@example.test" ] """));

        (int exit, string output, _) = await RunAsync("replay", "--config", other, _server.PathOf("data/capture"));

        Assert.Equal(1, exit);
        Assert.Matches(@"1  accepted -> 550 sender-listed \(sender\)", output);
        Assert.Matches(@"\d+  accepted -> 550 sender-from-not-yours \(sender\)", output);
        Assert.Matches(@" 0 +4  sender message reject sender-from-not-yours", output);

        using var json = JsonDocument.Parse((await RunAsync("replay", "--json", "--config", other, _server.PathOf("data/capture"))).Output);
        JsonElement listed = json.RootElement.GetProperty("outcomes").EnumerateArray().Single(
            static outcome => outcome.GetProperty("before").GetString() == "accepted" && outcome.GetProperty("after").GetString() == "550 sender-listed (sender)");
        string transaction = listed.GetProperty("examples")[0].GetString()!;
        Assert.Equal(0, (await RunAsync("explain", transaction)).Exit);
    }

    [Fact]
    public async Task Baseline_IsComparedInPlaceOfTheRecord()
    {
        await RunAsync("capture", "start");
        await SendAsync(1, 4);
        await UntilRecordedAsync(1);
        string other = OtherConfiguration(Filters(sender: """ "BadMailFrom": [ "bad3@example.test" ] """));

        Assert.Equal(1, (await RunAsync("replay", "--config", other, _server.PathOf("data/capture"))).Exit);
        (int exit, string output, _) = await RunAsync("replay", "--config", other, "--baseline", other, _server.PathOf("data/capture"));
        Assert.Equal(0, exit);
        Assert.Contains("1 sessions have content that was not recorded", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capture_StopAndDelete_LeaveNothing()
    {
        await SendAsync(1, 1);
        Assert.Contains("nothing is being recorded", (await RunAsync("capture", "status")).Output, StringComparison.Ordinal);
        await RunAsync("capture", "start", "--share", "1", "--for", "01:00:00");
        Assert.Contains("recording until", (await RunAsync("capture", "status")).Output, StringComparison.Ordinal);
        await SendAsync(2, 1);
        await UntilRecordedAsync(1);
        Assert.Equal(0, (await RunAsync("capture", "stop")).Exit);
        await SendAsync(3, 1);
        (_, string output, _) = await RunAsync("replay");
        Assert.StartsWith("1 transactions with 3 recipients in 1 sessions", output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(_server.PathOf("data/capture")).UnixFileMode);
        Assert.Equal(0, (await RunAsync("capture", "delete")).Exit);
        Assert.False(Directory.Exists(_server.PathOf("data/capture")));
    }

    [Theory]
    [InlineData("capture", "start", "--share", "0")]
    [InlineData("capture", "start", "--share", "1.1")]
    [InlineData("capture", "start", "--for", "soon")]
    [InlineData("capture", "start", "--for", "0")]
    [InlineData("capture", "start", "--size-bytes-max", "1000")]
    [InlineData("capture", "start", "--content-bytes-max", "0")]
    [InlineData("replay", "--dns", "yesterday")]
    public async Task WrongUse_Exits2(params string[] arguments) => Assert.Equal(2, (await RunAsync(arguments)).Exit);

    [Fact]
    public async Task Record_Damaged_IsNamedWithItsLine()
    {
        string file = _server.PathOf("record.jsonl");
        await File.WriteAllTextAsync(file, "{\"session\":\"x\"}\n{}\n", TestContext.Current.CancellationToken);
        (int exit, _, string error) = await RunAsync("replay", file);
        Assert.Equal(2, exit);
        Assert.Contains($"{file}:1: no record", error, StringComparison.Ordinal);
    }

    private static string Filters(string sender = " \"BadMailFrom\": [ \"evil@example.test\" ] ") =>
        $$"""{ "helo": { "Type": "HeloCheck", "SkipWhen": [], "BadHelo": [ "bad.example" ] }, "sender": { "Type": "SenderCheck", {{sender}} }, "rcpt": { "Type": "RecipientCheck", "BadRcptTo": [ "@refused.test" ] } }""";

    private string OtherConfiguration(string filters)
    {
        string before = _server.Members["Filters"];
        _server.Members["Filters"] = filters;
        _server.Write();
        string other = _server.PathOf("other.json");
        File.Move(_server.ConfigurationFile, other);
        _server.Members["Filters"] = before;
        _server.Write();
        return other;
    }

    /// <summary>A session of pipelined transactions to a mailbox, to nobody, and to a refused domain; the senders differ, and every seventh is refused.</summary>
    private async Task SendAsync(int session, int transactions)
    {
        using TcpClient client = new();
        await client.ConnectAsync(_server.Smtp);
        NetworkStream stream = client.GetStream();
        using StreamReader reader = new(stream, Encoding.ASCII);
        await reader.ReadLineAsync();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("EHLO client.example.test\r\n"));
        while ((await reader.ReadLineAsync())![3] == '-')
        {
        }

        for (int i = 0; i < transactions; i++)
        {
            string sender = i % 7 == 5 ? "evil@example.test" : $"bad{i}@example.test";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"MAIL FROM:<{sender}>\r\nRCPT TO:<user@example.test>\r\nRCPT TO:<nobody@example.test>\r\nRCPT TO:<x@refused.test>\r\nDATA\r\n"));
            string last = string.Empty;
            for (int reply = 0; reply < 5; reply++)
            {
                last = (await reader.ReadLineAsync())!;
            }

            if (last.StartsWith("354", StringComparison.Ordinal))
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"From: author@other.test\r\nSubject: {session}/{i}\r\n\r\nText\r\n.\r\n"));
                Assert.StartsWith("250", await reader.ReadLineAsync(), StringComparison.Ordinal);
            }
            else
            {
                await stream.WriteAsync("RSET\r\n"u8.ToArray());
                await reader.ReadLineAsync();
            }
        }

        await stream.WriteAsync("QUIT\r\n"u8.ToArray());
        while (await reader.ReadLineAsync() is not null)
        {
        }
    }

    /// <summary>The writer gathers for a moment.</summary>
    private async Task UntilRecordedAsync(int sessions)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (await _server.MetricAsync("edgesmtp_capture_sessions_total") != sessions.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        string[] all = arguments.Contains("--config") ? arguments : [.. arguments, "--config", _server.ConfigurationFile];
        int exit = await EdgeSmtpCommand.InvokeAsync(all, output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
