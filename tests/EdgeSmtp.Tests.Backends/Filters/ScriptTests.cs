using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Unit.Toolkit.Processes;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Filters;

/// <summary>The samples in Python and shell, as they lie in <c>docs/samples/Scripts</c>, in the running program.</summary>
public sealed class ScriptTests
{
    private const int Children = 2;

    public static TheoryData<string> Samples { get; } = new("left.py", "left.sh");

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Sample_InTheServer_RefusesARecipientAndAMessage(string sample)
    {
        await using EdgeServer edge = await StartAsync(Sample(sample));
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        SmtpReply recipient = await client.TransactionAsync("joe@client.test", "Alice@Example.test", Mail("hello"));
        await client.ExpectAsync(550, recipient);
        Assert.Contains("5.1.6 This person has left us", recipient.ToString(), StringComparison.Ordinal);
        await client.CommandAsync("RSET");

        SmtpReply message = await SendAsync(client, "You won the\r\n Lottery");
        await client.ExpectAsync(554, message);
        Assert.Contains("5.7.1 No lotteries here", message.ToString(), StringComparison.Ordinal);

        await client.ExpectAsync(250, await SendAsync(client, "hello\r\n\r\nSubject: lottery"));
        await edge.MaildirOf("user").CountAsync(1, Until.Soon, () => edge.Process.OutputTail);
        string stored = await File.ReadAllTextAsync(Assert.Single(edge.MaildirOf("user").Files), TestContext.Current.CancellationToken);
        Assert.Contains("X-Looked-At: yes\n", stored, StringComparison.Ordinal);
        Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_verdicts_total", "stage=\"rcpt\",verdict=\"reject\",reason=\"script-rejected\""));
        Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_verdicts_total", "stage=\"message\",verdict=\"reject\",reason=\"script-rejected\""));
        Assert.Equal(2, await edge.MetricAsync("edgesmtp_filter_part_level", "running"));
    }

    [Fact]
    public async Task Page_ShowsTheSampleThatIsTested()
    {
        string page = await File.ReadAllTextAsync(Clone.PathOf("docs/filters.md"), TestContext.Current.CancellationToken);
        Assert.Contains($"```python\n{await File.ReadAllTextAsync(Clone.PathOf("docs/samples/Scripts/left.py"), TestContext.Current.CancellationToken)}```\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Child_ThatDies_DefersItsOwnMessage_AndMailGoesOn()
    {
        await using EdgeServer edge = await StartAsync(Stubborn);
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.ExpectAsync(451, await SendAsync(client, "die"));
        await client.ExpectAsync(250, await SendAsync(client, "good"));
        Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_errors_total", "kind=\"exception\""));
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_events_total", "event=\"started\"") == 3, Until.Soon, () => edge.Process.OutputTail);
        Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_part_events_total", "event=\"ended\""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Children_OfAServerThatEnds_EndWithIt(bool isKilled)
    {
        await using EdgeServer edge = await StartAsync(Stubborn);
        string pids = edge.Settings.Folder.PathOf("pids");
        await Until.TrueAsync(() => File.Exists(pids) && File.ReadAllLines(pids).Length == Children, Until.Soon, () => edge.Process.OutputTail);
        int[] children = [.. File.ReadAllLines(pids).Select(static line => int.Parse(line, CultureInfo.InvariantCulture))];
        Assert.All(children, static child => Assert.True(ProcessWatch.IsRunning(child)));
        if (isKilled)
        {
            await edge.KillAsync();
        }
        else
        {
            await edge.StopAsync();
        }

        foreach (int child in children)
        {
            await ProcessWatch.EndsAsync(child);
        }
    }

    [Fact]
    public async Task Reload_WithOtherArguments_StartsOtherChildren_AndEndsTheOldOnes()
    {
        await using EdgeServer edge = await StartAsync(Stubborn);
        string pids = edge.Settings.Folder.PathOf("pids");
        await Until.TrueAsync(() => File.Exists(pids) && File.ReadAllLines(pids).Length == Children, Until.Soon, () => edge.Process.OutputTail);
        string[] old = File.ReadAllLines(pids);
        edge.Settings.Section("Filters")["script"]!["Arguments"] = new JsonArray(pids, "another");
        await File.WriteAllTextAsync(edge.ConfigFile, edge.Settings.Root.ToJsonString(), TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => File.ReadAllLines(pids).Length == 2 * Children, Until.Soon, () => edge.Process.OutputTail);
        foreach (string line in old)
        {
            await ProcessWatch.EndsAsync(int.Parse(line, CultureInfo.InvariantCulture));
        }

        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.ExpectAsync(250, await SendAsync(client, "good"));
    }

    private static Task<EdgeServer> StartAsync(Func<EdgeSettings, (string Program, string Argument)> program) => EdgeServer.StartAsync(settings =>
    {
        (string path, string argument) = program(settings);
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "script");
        settings.Section("Filters")["script"] = new JsonObject { ["Type"] = "Script", ["Program"] = path, ["Arguments"] = new JsonArray(argument), ["Children"] = Children };
    });

    private static Func<EdgeSettings, (string Program, string Argument)> Sample(string name) => _ => (Clone.PathOf($"docs/samples/Scripts/{name}"), "alice@example.test");

    /// <summary>A program that minds neither the end of its input nor a signal that can be caught, notes its process id, and dies of one subject.</summary>
    private static (string Program, string Argument) Stubborn(EdgeSettings settings)
    {
        string path = settings.Folder.Write("stubborn", """
            #!/usr/bin/python3
            import json, os, signal, sys, time
            for caught in (signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
                signal.signal(caught, signal.SIG_IGN)
            with open(sys.argv[1], "a") as pids:
                pids.write(f"{os.getpid()}\n")
            print('{"edgesmtp":1,"stages":["message"]}', flush=True)
            for line in sys.stdin:
                question = json.loads(line)
                if b"Subject: die" in open(question["path"], "rb").read():
                    os.kill(os.getpid(), signal.SIGKILL)
                print(json.dumps({"id": question["id"]}), flush=True)
            time.sleep(600)

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return (path, settings.Folder.PathOf("pids"));
    }

    private static byte[] Mail(string subject) => Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\nText.\r\n");

    private static Task<SmtpReply> SendAsync(SmtpConversation client, string subject) => client.TransactionAsync("joe@client.test", "user@example.test", Mail(subject));
}
