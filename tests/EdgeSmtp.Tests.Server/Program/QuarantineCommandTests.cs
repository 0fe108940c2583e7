using System.Text;
using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Cli;
using Xunit;

namespace EdgeSmtp.Tests.Server.Program;

/// <summary><c>edgesmtp quarantine</c> against a server, and against the files of one that has stopped.</summary>
public sealed class QuarantineCommandTests : IAsyncLifetime
{
    private readonly TestServer _server = new();

    public async ValueTask InitializeAsync()
    {
        _server.Registry.Add("Suspicious", static context => new Suspicious(context));
        _server.Members["Domains"] = """{ "example.test": { "Recipients": [ "user", "virus", "spam", "busy", "worm", "full" ], "Route": "maildir" } }""";
        _server.Members["Filters"] = """{ "helo": { "Type": "Suspicious" } }""";
        _server.Members["Pending"] = """{ "GiveUpAfter": "01:00:00" }""";
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task List_FiltersByReasonRecipientAndAge()
    {
        await SendAsync("virus", "user");
        await SendAsync("spam");
        JsonElement[] all = await ListAsync();
        Assert.Equal(["test-virus", "test-spam"], all.Select(static message => message.GetProperty("reasons").GetString()));
        Assert.Equal("127.0.0.1", all[0].GetProperty("client").GetString());
        Assert.Equal("a@sender.test", all[0].GetProperty("from").GetString());
        Assert.Equal(["virus@example.test"], all[0].GetProperty("to").EnumerateArray().Select(static to => to.GetString()));

        Assert.Equal("test-spam", Assert.Single(await ListAsync("--reason", "test-spam")).GetProperty("reasons").GetString());
        Assert.Equal("test-virus", Assert.Single(await ListAsync("--recipient", "VIRUS@")).GetProperty("reasons").GetString());
        Assert.Empty(await ListAsync("--recipient", "spam@", "--reason", "test-virus"));
        Assert.Empty(await ListAsync("--older", "01:00:00"));
        Assert.Equal(2, (await ListAsync("--newer", "1.00:00:00")).Length);
        (int exit, string table, _) = await RunAsync("list");
        Assert.Equal(0, exit);
        Assert.Contains("test-virus", table, StringComparison.Ordinal);
        Assert.Contains("<a@sender.test>", table, StringComparison.Ordinal);

        // A queue of its own: the other list does not show it, and its commands do not touch it.
        string queue = (await InvokeAsync("queue", "list")).Output;
        Assert.All(all, message => Assert.DoesNotContain(IdOf(message), queue, StringComparison.Ordinal));
        (exit, _, string error) = await InvokeAsync("queue", "release", IdOf(all[0]));
        Assert.Equal(1, exit);
        Assert.Contains("is in quarantine", error, StringComparison.Ordinal);
        Assert.Equal("2", await _server.MetricAsync("edgesmtp_quarantine_messages"));
    }

    // One of them refuses for good, and one for now: what they refused with is what an operator looks for.
    [Fact]
    public async Task List_OfMixedVerdicts_IsFoundByWhatWasRefused()
    {
        await SendAsync("worm", "full", "user");
        JsonElement mixed = Assert.Single(await ListAsync("--reason", "mixed-verdicts"));
        foreach (string reason in (string[])["test-worm", "TEST-FULL"])
            Assert.Equal(IdOf(mixed), IdOf(Assert.Single(await ListAsync("--reason", reason))));
        Assert.Single(await ListAsync("--reason", "test-worm", "--recipient", "worm@"));
        Assert.Empty(await ListAsync("--reason", "test-worm", "--recipient", "full@"));
        foreach (string reason in (string[])["Reject", "worm", "test", "Defer test-full"])
            Assert.Empty(await ListAsync("--reason", reason));
    }

    [Fact]
    public async Task Show_PrintsEnvelopeVerdictAndHeader()
    {
        await SendAsync("virus");
        string id = IdOf(Assert.Single(await ListAsync()));
        (int exit, string shown, _) = await RunAsync("show", id);
        Assert.Equal(0, exit);
        Assert.Contains("recipient       virus@example.test: test-virus by helo Eicar", shown, StringComparison.Ordinal);
        Assert.Contains("client          127.0.0.1", shown, StringComparison.Ordinal);
        Assert.Contains("Subject: test", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("the body", shown, StringComparison.Ordinal);
        Assert.Contains("the body", (await RunAsync("show", id, "--content")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("show", "0000000000001")).Exit);
    }

    [Fact]
    public async Task Release_All_IsDelivered()
    {
        await SendAsync("virus");
        string id = IdOf(Assert.Single(await ListAsync()));
        (int exit, string output, _) = await RunAsync("release", id);
        Assert.Equal(0, exit);
        Assert.Contains("released", output, StringComparison.Ordinal);
        string delivered = await DeliveredAsync(1);
        Assert.Contains("Subject: test", delivered, StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
        Assert.Equal(1, (await RunAsync("release", id)).Exit);
    }

    [Fact]
    public async Task Release_OneOfTwo_KeepsTheOther()
    {
        await SendAsync("virus", "spam");
        string[] ids = [.. (await ListAsync()).Select(IdOf)];
        Assert.Equal(1, (await RunAsync("release", ids[0], "--to", "user@example.test")).Exit);
        Assert.Equal(0, (await RunAsync("release", ids[0], "--to", "virus@example.test")).Exit);
        await DeliveredAsync(1);
        JsonElement left = Assert.Single(await ListAsync());
        Assert.Equal(0, (await RunAsync("delete", IdOf(left))).Exit);
        Assert.Empty(await ListAsync());
        Assert.Equal(1, (await RunAsync("delete", IdOf(left))).Exit);
    }

    [Fact]
    public async Task Delete_All_IsForGood()
    {
        await SendAsync("virus");
        await SendAsync("spam");
        (int exit, string output, _) = await RunAsync("delete", "--all");
        Assert.Equal(0, exit);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("Nothing in quarantine.", (await RunAsync("list")).Output.TrimEnd());
    }

    [Fact]
    public async Task WithoutAServer_ListAndShowRead_AndNothingChanges()
    {
        await SendAsync("virus");
        await SendAsync("busy");
        await _server.StopAsync();
        string id = IdOf(Assert.Single(await ListAsync("--reason", "test-virus")));
        Assert.Contains("test-virus by helo", (await RunAsync("show", id)).Output, StringComparison.Ordinal);
        foreach (string action in (string[])["release", "delete"])
        {
            (int exit, _, string error) = await RunAsync(action, id);
            Assert.Equal(1, exit);
            Assert.Contains("no server listens", error, StringComparison.Ordinal);
        }

        Assert.Single(await ListAsync());
        (_, string queue, _) = await InvokeAsync("queue", "list");
        Assert.Contains("pending", queue, StringComparison.Ordinal);
        Assert.Contains("waits for helo", queue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pending_IsListedAndShownWithWhatItWaitsFor()
    {
        await SendAsync("busy");
        (_, string list, _) = await InvokeAsync("queue", "list", "--json");
        JsonElement message = Assert.Single(JsonDocument.Parse(list).RootElement.EnumerateArray());
        Assert.Equal("pending", message.GetProperty("state").GetString());
        (_, string shown, _) = await InvokeAsync("queue", "show", IdOf(message));
        Assert.Contains("waitsFor        helo", shown, StringComparison.Ordinal);
        Assert.Equal("1", await _server.MetricAsync("edgesmtp_pending_messages"));
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("show", "short")]
    [InlineData("release")]
    [InlineData("delete", "--all", "0000000000001")]
    [InlineData("list", "--older", "yesterday")]
    public async Task WrongUsage_ExitsWith2(params string[] arguments) => Assert.Equal(2, (await RunAsync(arguments)).Exit);

    private static string IdOf(JsonElement message) => message.GetProperty("id").GetString()!;

    private async Task SendAsync(params string[] localParts)
    {
        string file = Path.Combine(_server.DataDirectory, "message.eml");
        await File.WriteAllTextAsync(file, "Subject: test\n\nthe body\n", TestContext.Current.CancellationToken);
        (int exit, string output, _) = await InvokeOnceAsync(
            ["send", file, "--from", "a@sender.test", "--server", _server.Smtp.ToString(), .. localParts.SelectMany(static local => new[] { "--to", $"{local}@example.test" })]);
        Assert.True(exit == 0, output);
    }

    private async Task<JsonElement[]> ListAsync(params string[] options)
    {
        (int exit, string output, string error) = await RunAsync(["list", "--json", .. options]);
        Assert.True(exit == 0, error);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    /// <summary>Waits for so many messages in the Maildirs.</summary>
    private async Task<string> DeliveredAsync(int count)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (true)
        {
            string[] files = [.. Directory.EnumerateFiles(_server.DataDirectory, "*", SearchOption.AllDirectories).Where(static file => Path.GetFileName(Path.GetDirectoryName(file)) == "new")];
            if (files.Length >= count)
            {
                Assert.Equal(count, files.Length);
                return await File.ReadAllTextAsync(files[0], Encoding.Latin1, TestContext.Current.CancellationToken);
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments) => InvokeAsync(["quarantine", .. arguments]);

    private Task<(int Exit, string Output, string Error)> InvokeAsync(params string[] arguments) => InvokeOnceAsync([.. arguments, "--config", _server.ConfigurationFile]);

    private static async Task<(int Exit, string Output, string Error)> InvokeOnceAsync(string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exit = await EdgeSmtpCommand.InvokeAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>Quarantines by the local part, and is busy for one.</summary>
    private sealed class Suspicious(FilterContext context) : IMessageFilter
    {
        private static readonly FilterReason Virus = new(VerdictKind.Quarantine, "test-virus", 250, "2.0.0", "Quarantined");
        private static readonly FilterReason Spam = new(VerdictKind.Quarantine, "test-spam", 250, "2.0.0", "Quarantined");

        private static readonly FilterReason Worm = new(VerdictKind.Reject, "test-worm", 554, "5.7.1", "Refused");
        private static readonly FilterReason Full = new(VerdictKind.Defer, "test-full", 452, "4.2.2", "Full");

        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
        {
            foreach (Recipient recipient in transaction.Recipients)
            {
                switch (Encoding.ASCII.GetString(recipient.ForwardPath.LocalPart))
                {
                    case "virus":
                        verdicts.Set(recipient, Verdict.From(Virus, "Eicar"));
                        break;
                    case "spam":
                        verdicts.Set(recipient, Verdict.From(Spam));
                        break;
                    case "worm":
                        verdicts.Set(recipient, Verdict.From(Worm, "found in part 2"));
                        break;
                    case "full":
                        verdicts.Set(recipient, Verdict.From(Full));
                        break;
                    case "busy":
                        context.TryPostpone(transaction);
                        break;
                }
            }

            return default;
        }
    }
}
