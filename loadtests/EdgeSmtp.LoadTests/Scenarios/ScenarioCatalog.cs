using System.Text.Json.Nodes;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Profiles;
using EdgeSmtp.LoadTests.Running;
using EdgeSmtp.LoadTests.Servers;
using EdgeSmtp.LoadTests.Smtp;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>All scenarios. Their rates suit two cores that the clients share; <c>--rate</c> scales them.</summary>
internal static class ScenarioCatalog
{
    private static readonly TimeSpan Minute = Loads.Minute;
    private static readonly TimeSpan Ramp = Loads.Ramp;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        GoodMail(), SpamStorm(), SlowBots(), DictionaryAttack(), TlsStorm(), PipelinedLists(), BigAttachments(), IdleSessions(), NextHopDead(), BackEndDead(), ScannerDeadScenario.Create(), NodeDrained(), BusyEdgeScenario.Create(), HeadlineScenario.Create(), SoakScenario.Create(),
    ];

    private static Scenario GoodMail() => new(
        "good-mail", "Mail of real sizes (median 5 KB, p95 75 KB), one message a connection, relayed to a next hop.",
        [new Flow("mail", Loads.Plateau(300), Steps.OneMessage(Scenario.RelayedRecipient))],
        [Threshold.NoErrors("mail"), Threshold.NothingShed("mail"), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(250))])
    { Setup = new ServerSetup { NextHop = true } };

    private static Scenario SpamStorm() => new(
        "spam-storm", "Nine of ten sessions end in a refused recipient; good mail must not suffer.",
        [new Flow("spam", Loads.Plateau(1_800), Steps.RefusedAsync), new Flow("mail", Loads.Plateau(200), Steps.OneMessage(Scenario.GoodRecipient))],
        [Threshold.NoErrors("spam"), Threshold.NoErrors("mail"), Threshold.NothingShed("mail"), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(250))]);

    private static Scenario SlowBots() => new(
        "slow-bots", "500 bots that talk too early or send a byte a second, beside good mail.",
        [new Flow("bots", new ConstantSessions(500, Ramp, Minute), Clients.BotAsync), new Flow("mail", Loads.Plateau(200), Steps.OneMessage(Scenario.GoodRecipient))],
        [Threshold.NoErrors("mail"), Threshold.NothingShed("mail"), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(250))]);

    private static Scenario DictionaryAttack() => new(
        "dictionary-attack", "Sessions that try eight invented recipients each, until the server has had enough.",
        [new Flow("attack", Loads.Plateau(300), AttackAsync), new Flow("mail", Loads.Plateau(100), Steps.OneMessage(Scenario.GoodRecipient))],
        [Threshold.NoErrors("attack"), Threshold.NoErrors("mail"), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(250))]);

    private static Scenario TlsStorm() => new(
        "tls-storm", "A new TLS handshake for each message.",
        [new Flow("tls", Loads.Plateau(120), TlsAsync)],
        [Threshold.NoErrors("tls"), Threshold.NothingShed("tls"), Threshold.Latency("tls", Steps.Tls, 99, TimeSpan.FromMilliseconds(500))]);

    private static Scenario PipelinedLists() => new(
        "pipelined-lists", "Pipelined transactions, twenty a session, each with twenty copies of one recipient.",
        [new Flow("lists", Loads.Plateau(20), ListAsync)],
        [Threshold.NoErrors("lists"), Threshold.NothingShed("lists")]);

    private static Scenario BigAttachments() => new(
        "big-attachments", "Messages of 10 MB beside small ones.",
        [new Flow("big", Loads.Plateau(3), BigAsync) { InFlightMax = 200 }, new Flow("mail", Loads.Plateau(100), Steps.OneMessage(Scenario.GoodRecipient))],
        [Threshold.NoErrors("big"), Threshold.NoErrors("mail"), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(500))]);

    private static Scenario IdleSessions() => new(
        "idle-sessions", "5,000 sessions that say EHLO and then nothing for 30 s, beside good mail.",
        [new Flow("idle", new ConstantSessions(5_000, Ramp, Minute), Clients.IdleAsync), new Flow("mail", Loads.Plateau(100), Steps.OneMessage(Scenario.GoodRecipient))],
        [Threshold.NoErrors("idle"), Threshold.NoErrors("mail"), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(250))]);

    private static Scenario NextHopDead() => new(
        "next-hop-dead", "Half of the mail is for a next hop that does not answer; the other half must flow.",
        [new Flow("stranded", Loads.Plateau(100), Steps.OneMessage(Scenario.StrandedRecipient)), new Flow("mail", Loads.Plateau(100), Steps.OneMessage(Scenario.RelayedRecipient))],
        [Threshold.NoErrors("stranded"), Threshold.NoErrors("mail"), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(250))])
    { Setup = new ServerSetup { NextHop = true } };

    private static Scenario BackEndDead() => new(
        "back-end-dead", "A block list whose DNS server does not answer, with a deadline of a second; it fails open.",
        [new Flow("mail", Loads.Plateau(100), Steps.OneMessage(Scenario.GoodRecipient))],
        [Threshold.NoErrors("mail"), Threshold.NothingShed("mail"), Threshold.Latency("mail", Steps.Rcpt, 99, TimeSpan.FromSeconds(3))])
    { Setup = new ServerSetup { Configure = static root => AddDeadList(root) } };

    private static Scenario NodeDrained() => new(
        "node-drained", "Two nodes; one is drained at half time, and no transaction is cut.",
        [new Flow("mail", Loads.Plateau(200), BalancedAsync)],
        [Threshold.NoErrors("mail"), Threshold.NothingShed("mail")])
    {
        Setup = new ServerSetup { Nodes = 2 },
        Disturb = static async (group, time, cancellationToken) =>
        {
            await Task.Delay(Minute / 2, time, cancellationToken);
            await group.Nodes[0].DrainAsync(cancellationToken);
        },
    };

    private static void AddDeadList(JsonObject root)
    {
        root["Dns"] = new JsonObject { ["Servers"] = new JsonArray($"127.0.0.1:{FreePort.Take()}"), ["Timeout"] = "00:00:01" };
        root["FilterOrder"] = new JsonArray("greet", "helo", "list");
        root["Filters"]!["list"] = new JsonObject { ["Type"] = "Rbl", ["Zone"] = "list.test", ["SkipNonGlobal"] = false };
    }

    private static async Task AttackAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync();
        await Steps.OpenAsync(run, client);
        run.Expect(Steps.Mail, await client.CommandAsync("MAIL FROM:<attack@client.test>"), 250);
        for (int i = 0; i < 8; i++)
        {
            run.Expect(Steps.Rcpt, await client.CommandAsync($"RCPT TO:<guess{run.Random.Next()}@load.test>"), 550);
        }
    }

    private static async Task TlsAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync();
        await Steps.OpenAsync(run, client);
        LoadReply ready = await client.CommandAsync("STARTTLS");
        if (ready.Code != 220)
        {
            throw new FlowException($"starttls: {ready.Code}");
        }

        await client.UpgradeAsync();
        run.Done(Steps.Tls);
        run.Expect(Steps.Ehlo, await client.CommandAsync("EHLO client.test"), 250);
        await Steps.SendAsync(run, client, Scenario.GoodRecipient, MailFactory.OfTheMix(run.Random));
    }

    private static async Task ListAsync(FlowRun run)
    {
        const int Recipients = 20;
        await using LoadClient client = await run.ConnectAsync();
        await Steps.OpenAsync(run, client);
        string group = "MAIL FROM:<list@client.test>\r\n" + string.Concat(Enumerable.Repeat($"RCPT TO:<{Scenario.GoodRecipient}>\r\n", Recipients)) + "DATA\r\n";
        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync(group);
            for (int reply = 0; reply <= Recipients; reply++)
            {
                if ((await client.ReadReplyAsync()).Code != 250)
                {
                    throw new FlowException("envelope refused");
                }
            }

            run.Expect("envelope", await client.ReadReplyAsync(), 354);
            await client.SendAsync(MailFactory.OfTheMix(run.Random));
            run.Expect(Steps.Dot, await client.ReadReplyAsync(), 250);
        }
    }

    private static async Task BigAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync();
        await Steps.OpenAsync(run, client);
        await Steps.SendAsync(run, client, Scenario.GoodRecipient, BigMessage.Value);
    }

    private static Lazy<byte[]> BigMessage { get; } = new(static () => MailFactory.Make(10_000_000, seed: 1));

    // What a load balancer does: a node that refuses the connection, or says 421 before the transaction, is left for the other.
    private static async Task BalancedAsync(FlowRun run)
    {
        for (int i = 0; i < run.Targets.Count; i++)
        {
            try
            {
                await using LoadClient client = await run.ConnectAsync(run.Targets[(int)((run.Number + i) % run.Targets.Count)]);
                LoadReply greeting = await client.ReadReplyAsync();
                if (greeting.Code != 220 || (await client.CommandAsync("EHLO client.test")).Code != 250 || (await client.CommandAsync("MAIL FROM:<load@client.test>")).Code != 250)
                {
                    continue;
                }

                run.Done("open");
                run.Expect(Steps.Rcpt, await client.CommandAsync($"RCPT TO:<{Scenario.GoodRecipient}>"), 250);
                run.Expect(Steps.Data, await client.CommandAsync("DATA"), 354);
                await client.SendAsync(MailFactory.OfTheMix(run.Random));
                run.Expect(Steps.Dot, await client.ReadReplyAsync(), 250);
                return;
            }
            catch (System.Net.Sockets.SocketException error) when (error.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionRefused)
            {
                // Drained and gone.
            }
        }

        throw new FlowException("no node took the session");
    }
}
