using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>The program with the Recipients filter before real backends: another EdgeSmtp, Postfix, a web server, a program, a file.</summary>
public sealed class RecipientsTests
{
    [Fact]
    public async Task Cdb_FileReplacedWhileRunning_ChangesWhoExists()
    {
        using TempFolder folder = new();
        string file = folder.PathOf("r.cdb");
        await BuildAsync(folder, file, "joe@a.test");
        await using EdgeServer edge = await StartAsync(new JsonObject { ["file"] = new JsonObject { ["Type"] = "Cdb", ["Path"] = file, ["ReloadInterval"] = "00:00:00.2" } }, "a.test:file");

        Assert.Equal(250, await AskAsync(edge, "JOE@A.test"));
        Assert.Equal(250, await AskAsync(edge, "joe+x@a.test"));
        Assert.Equal(550, await AskAsync(edge, "jane@a.test"));
        Assert.Equal(250, await AskAsync(edge, "postmaster@a.test"));
        Assert.Equal(250, await AskAsync(edge, "user@example.test"));

        await BuildAsync(folder, file, "jane@a.test");
        await Until.TrueAsync(async () => await AskAsync(edge, "jane@a.test") == 250, Until.Soon, () => edge.Log);
        Assert.Equal(550, await AskAsync(edge, "joe@a.test"));

        // Cut short in place: the old content counts, and the log says so.
        byte[] whole = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, whole[..^5]);
        await edge.LoggedAsync("is not taken");
        Assert.Equal(250, await AskAsync(edge, "jane@a.test"));

        Command.Result check = await edge.CliAsync("recipients", "check", "joe@b.test");
        Assert.Equal(1, check.ExitCode);
    }

    [Fact]
    public async Task Cdb_NotThereAtStart_DefersUntilItIs()
    {
        using TempFolder folder = new();
        string file = folder.PathOf("r.cdb");
        await using EdgeServer edge = await StartAsync(new JsonObject { ["file"] = new JsonObject { ["Type"] = "Cdb", ["Path"] = file, ["ReloadInterval"] = "00:00:00.2" } }, "a.test:file");
        Assert.Equal(451, await AskAsync(edge, "joe@a.test"));
        Assert.Equal(3, (await edge.CliAsync("recipients", "check", "joe@a.test")).ExitCode);

        await BuildAsync(folder, file, "joe@a.test");
        await Until.TrueAsync(async () => await AskAsync(edge, "joe@a.test") == 250, Until.Soon, () => edge.Log);
    }

    [Fact]
    public async Task Program_ByTheCheckpasswordInterface_Answers()
    {
        using TempFolder folder = new();
        string program = folder.Write("check.py", """
            #!/usr/bin/python3
            import os, sys, time
            data = b""
            while chunk := os.read(3, 512): data += chunk
            assert data.endswith(b"\0\0\0"), data
            local = data[:-3].decode().split("@")[0]
            assert sys.argv[1:] == ["--for", "a test"], sys.argv
            if local == "hang": time.sleep(600)
            if local == "crash": os.kill(os.getpid(), 11)
            sys.exit({"joe": 0, "jane": 1, "busy": 111, "misuse": 2, "odd": 77}.get(local, 1))
            """);
        File.SetUnixFileMode(program, TempFolder.Traversable);
        JsonObject backend = new() { ["Type"] = "Program", ["Command"] = new JsonArray(program, "--for", "a test"), ["Timeout"] = "00:00:02", ["BreakerFailures"] = 100 };
        await using EdgeServer edge = await StartAsync(new JsonObject { ["old"] = backend }, "a.test:old");

        Assert.Equal(250, await AskAsync(edge, "Joe@a.test"));
        Assert.Equal(550, await AskAsync(edge, "jane@a.test"));
        foreach (string local in new[] { "busy", "misuse", "odd", "crash", "hang" })
        {
            Assert.Equal(451, await AskAsync(edge, $"{local}@a.test"));
        }

        Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_part_events_total", "part=\"old\",event=\"timed-out\""));
        Command.Result left = await Command.RunAsync("pgrep", "-f", program);
        Assert.True(left.ExitCode == 1, $"Programs are left: {left}");
    }

    [Fact]
    public async Task Http_Statuses_AreTheAnswers()
    {
        await using WebDirectory web = new();
        web.Statuses["joe@web.test"] = 200;
        web.Statuses["gone@web.test"] = 410;
        web.Statuses["busy@web.test"] = 503;
        web.Statuses["moved@web.test"] = 302;
        web.Statuses["denied@web.test"] = 401;
        await using EdgeServer edge = await StartAsync(
            new JsonObject
            {
                ["web"] = new JsonObject { ["Type"] = "Http", ["Url"] = $"http://127.0.0.1:{web.Port}/mailbox/{{address}}", ["Headers"] = new JsonObject { ["X-Key"] = "secret" }, ["BreakerFailures"] = 100 },
            },
            "web.test:web");

        Assert.Equal(250, await AskAsync(edge, "Joe@Web.test"));
        Assert.Equal(550, await AskAsync(edge, "jane@web.test"));
        Assert.Equal(550, await AskAsync(edge, "gone@web.test"));
        Assert.Equal(451, await AskAsync(edge, "busy@web.test"));
        Assert.Equal(451, await AskAsync(edge, "moved@web.test"));
        Assert.Equal(451, await AskAsync(edge, "denied@web.test"));
        Assert.Equal(550, await AskAsync(edge, "\"a/../joe?x=1#&\"@web.test"));
        Assert.Contains("/mailbox/joe%40web.test secret", web.Asked);
        Assert.Contains("/mailbox/%22a%2F..%2Fjoe%3Fx%3D1%23%26%22%40web.test secret", web.Asked);
        int asked = web.Asked.Count;
        Assert.Equal(250, await AskAsync(edge, "joe@web.test"));
        Assert.Equal(550, await AskAsync(edge, "jane@web.test"));
        Assert.Equal(asked, web.Asked.Count);
    }

    [Fact]
    public async Task CallForward_ToAnotherEdge_AsksIt()
    {
        await using EdgeServer mailbox = await EdgeServer.StartAsync(static settings =>
            settings.Section("Domains")["filtered.test"] = new JsonObject { ["Recipients"] = new JsonArray("alice"), ["Route"] = "local" });
        await using EdgeServer edge = await StartAsync(new JsonObject { ["mbox"] = Smtp(mailbox.SmtpPort) }, "*:mbox");

        Assert.Equal(250, await AskAsync(edge, "Alice@filtered.test"));
        Assert.Equal(550, await AskAsync(edge, "nobody@filtered.test"));
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(550, await AskAsync(edge, $"nobody{i}@filtered.test"));
        }

        // Connections serve more than one question; the other one closes them after some errors.
        Assert.InRange(await mailbox.MetricAsync("edgesmtp_sessions_total"), 1, 5);
        await mailbox.KillAsync();
        Assert.Equal(250, await AskAsync(edge, "alice@filtered.test"));
        Assert.Equal(451, await AskAsync(edge, "bob@filtered.test"));
        await mailbox.StartAgainAsync();
        await Until.TrueAsync(async () => await AskAsync(edge, "bob@filtered.test") == 550, Until.Soon, () => edge.Log);
    }

    [Fact]
    public async Task CallForward_ToPostfix_AsksIt()
    {
        await using PostfixSink postfix = await PostfixSink.StartAsync(recipients: "inline:{joe@next.test=box/}");
        await using EdgeServer edge = await StartAsync(new JsonObject { ["mbox"] = Smtp(postfix.Port) }, "next.test:mbox");

        Assert.Equal(250, await AskAsync(edge, "joe@next.test"));
        Assert.Equal(250, await AskAsync(edge, "joe+x@next.test"));
        Assert.Equal(550, await AskAsync(edge, "jane@next.test"));
        Assert.Equal(550, await AskAsync(edge, "john@next.test"));
    }

    /// <summary>What peers say that are none, for each protocol that could be expected of them.</summary>
    private static readonly (string Type, string Says)[] Peers =
    [
        ("Smtp", string.Empty),
        ("Smtp", "SSH-2.0-OpenSSH_9.2\r\n"),
        ("Smtp", "554 go away\r\n"),
        ("Smtp", "421 busy\r\n"),
        ("Smtp", "220 hi\r\n354 what?\r\n"),
        ("Http", string.Empty),
        ("Http", "220 hi\r\n"),
        ("Http", "HTTP/1.1 200"),
        ("Http", "\0\0\0\0\0\0\0\0"),
    ];

    // A backend that is slow or talks nonsense: 451 for its own domain within its deadline, then at once, and nothing for anybody else.
    [Fact]
    public async Task Backends_ThatAreNone_DeferTheirOwnDomainsOnly()
    {
        List<FakePeer> peers = [.. Peers.Select(static peer => new FakePeer(peer.Says))];
        JsonObject backends = [];
        for (int i = 0; i < Peers.Length; i++)
        {
            JsonObject backend = Peers[i].Type == "Smtp" ? Smtp(peers[i].Port) : new JsonObject { ["Type"] = "Http", ["Url"] = $"http://127.0.0.1:{peers[i].Port}/{{address}}" };
            backend["Timeout"] = "00:00:00.5";
            backend["BreakerFailures"] = 2;
            backend["BreakerPause"] = "00:10:00";
            backends[$"peer{i}"] = backend;
        }

        await using EdgeServer edge = await StartAsync(backends, [.. Peers.Select(static (_, i) => $"@d{i}.a.test:peer{i}"), "!b.test"]);
        for (int i = 0; i < Peers.Length; i++)
        {
            Assert.Equal(451, await AskAsync(edge, $"one@d{i}.a.test"));
            Assert.Equal(451, await AskAsync(edge, $"two@d{i}.a.test"));
            int connections = peers[i].Connections;
            for (int user = 0; user < 10; user++)
            {
                Assert.Equal(451, await AskAsync(edge, $"user{user}@d{i}.a.test"));
            }

            Assert.Equal(connections, peers[i].Connections);
            Assert.Equal(1, await edge.MetricAsync("edgesmtp_filter_part_level", $"part=\"peer{i}\",level=\"breaker-open\""));
            Assert.Equal(10, await edge.MetricAsync("edgesmtp_filter_part_events_total", $"part=\"peer{i}\",event=\"not-asked-open\""));
        }

        await Until.CountAsync(Peers.Length, () => edge.Log.Split("is not asked until it recovers").Length - 1);
        Assert.Equal(250, await AskAsync(edge, "anybody@b.test"));
        Assert.Equal(250, await AskAsync(edge, "user@example.test"));
        foreach (FakePeer peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task Backend_ThatRefusesConnections_Defers()
    {
        using PortClaim nobody = PortClaim.Take();
        await using EdgeServer edge = await StartAsync(
            new JsonObject { ["mbox"] = Smtp(nobody.Port), ["web"] = new JsonObject { ["Type"] = "Http", ["Url"] = $"http://127.0.0.1:{nobody.Port}/{{address}}" } },
            "a.test:mbox",
            "b.test:web");

        Assert.Equal(451, await AskAsync(edge, "joe@a.test"));
        Assert.Equal(451, await AskAsync(edge, "joe@b.test"));
        Assert.Equal(2, await edge.MetricAsync("edgesmtp_filter_part_events_total", "event=\"failed\""));
    }

    private static JsonObject Smtp(int port) => new() { ["Type"] = "Smtp", ["Host"] = "127.0.0.1", ["Port"] = port, ["HelloName"] = "mx.example.test", ["BreakerPause"] = "00:00:00.2" };

    private static async Task<EdgeServer> StartAsync(JsonObject backends, params string[] lines) => await EdgeServer.StartAsync(settings =>
    {
        foreach (string domain in new[] { "a.test", ".a.test", "b.test", "web.test", "next.test", "filtered.test" })
        {
            settings.Section("Domains")[domain] = new JsonObject { ["Recipients"] = "filter", ["Route"] = "local" };
        }

        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "recipients");
        settings.Section("Filters")["recipients"] = new JsonObject
        {
            ["Type"] = "Recipients",
            ["Backends"] = backends,
            ["Lines"] = new JsonArray([.. lines.Select(static line => (JsonNode)line)]),
        };
    });

    private static async Task BuildAsync(TempFolder folder, string target, params string[] addresses)
    {
        Command.Result result = await Command.RunAsync(Programs.Edge, "recipients", "build", folder.Write("list", string.Join('\n', addresses)), target);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static async Task<int> AskAsync(EdgeServer edge, string recipient)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        await client.CommandAsync("MAIL FROM:<sender@client.test>");
        return (await client.CommandAsync($"RCPT TO:<{recipient}>")).Code;
    }
}
