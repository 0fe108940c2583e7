using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.ClamAv;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Load;
using EdgeSmtp.Tests.Backends.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>
/// kill -9 of the program with mail in every lane: what clamd found is in quarantine, what spamd owes a verdict on is pending, and the rest is under way. spamd is frozen, so that mail gathers
/// there, until it is to judge.
/// </summary>
public sealed class QuarantineKillTests
{
    // Scanned by both, or by clamd alone.
    private const string Scanned = "user@example.test";
    private const string Spared = "alice@example.test";

    private const int KillsWhileMailComes = 4;
    private const int KillsWhileItIsJudged = 3;
    private const int MailsBetweenKills = 5;
    private const int RunMillisecondsMax = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string Spam = $"{Spamd.Gtube}\r\n";
    private static readonly string Virus = $"{Clamd.Eicar}\r\n";
    private static readonly string[] Texts = ["Shall we have lunch on Friday?\r\n", Spam, Virus];

    private readonly Random _random = new();
    private readonly Dictionary<string, byte[]> _shown = [];
    private int _made;

    [Fact]
    public async Task KilledWithMailInEveryLane_EachMessageEndsWhereItsVerdictSays()
    {
        await using Clamd clamd = await Clamd.StartAsync();
        await using Spamd spamd = await Spamd.StartAsync();
        spamd.Signal(PosixSignal.Stop);
        await using EdgeServer edge = await StartAsync(clamd, spamd);
        LoadSender load = new(edge.SmtpPort, edge.QmtpPort, Next, TimeSpan.FromMilliseconds(300));

        // Two of them wait for the frozen spamd; its lane is full for the others.
        load.Start(smtpClients: 5, qmtpClients: 2);
        for (int kill = 0; kill < KillsWhileMailComes; kill++)
        {
            int before = load.Acknowledged.Count;
            await Until.TrueAsync(() => load.Acknowledged.Count >= before + MailsBetweenKills, Patience, () => edge.Process.OutputTail);
            await KillAsync(edge, 1);
        }

        await load.StopAsync();
        Assert.Empty(load.Complaints);
        LoadMail[] taken = [.. load.Acknowledged.Values];
        LoadMail[] owed = [.. taken.Where(static mail => mail.Recipient == Scanned)];
        Assert.True(owed.Length > KillsWhileItIsJudged && taken.Length > owed.Length, $"{taken.Length} messages, {owed.Length} of them to be scanned");

        // What was found is held already; nobody whose mail is to be scanned has any.
        await HeldAsync(edge, taken.Where(static mail => mail.Recipient == Spared && mail.Text == Virus));
        Assert.True(await edge.MetricAsync("edgesmtp_pending_messages") >= owed.Length);
        Assert.Equal(0, edge.MaildirOf("user").Count);

        spamd.Signal(PosixSignal.Continue);
        await KillAsync(edge, KillsWhileItIsJudged);
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_pending_messages") == 0, Patience, () => edge.Process.OutputTail);
        await edge.EmptyQueueAsync(Patience);
        await Until.TrueAsync(() => spamd.Scans >= owed.Length, Until.Soon, () => $"{spamd.Scans} scans of {owed.Length} messages");

        // By verdict, and no bounce: its place would be the queue.
        Dictionary<string, byte[]> delivered = Delivered(edge);
        foreach (LoadMail mail in taken.Where(mail => mail.Text != Virus && (mail.Recipient == Spared || mail.Text != Spam)))
        {
            Assert.True(delivered[mail.Token].AsSpan().EndsWith(Newlines.ToLf(mail.Content)), mail.Token);
            Assert.Equal(mail.Recipient == Scanned, Holds(delivered[mail.Token], "X-Spam-Status: No"));
        }

        Assert.DoesNotContain(delivered.Values, static mail => Holds(mail, Clamd.Eicar));
        Assert.DoesNotContain(FilesOf(edge, "user"), static mail => Holds(mail, Spamd.Gtube));
        Dictionary<string, string> held = await HeldAsync(edge, taken.Where(mail => !delivered.ContainsKey(mail.Token)));

        // An operator lets the spam through after another crash, and there is one right after he did.
        await KillAsync(edge, 1);
        Assert.Equal(held, await HeldAsync(edge, taken.Where(mail => !delivered.ContainsKey(mail.Token))));
        LoadMail[] spam = [.. taken.Where(static mail => mail.Recipient == Scanned && mail.Text == Spam)];
        await SucceedsAsync(edge, ["release", .. spam.Select(mail => held[mail.Token])]);
        await KillAsync(edge, 1);
        await Until.TrueAsync(() => spam.All(mail => Delivered(edge).ContainsKey(mail.Token)), Patience, () => edge.Process.OutputTail);
        delivered = Delivered(edge);
        Assert.All(spam, mail => Assert.True(delivered[mail.Token].AsSpan().EndsWith(Newlines.ToLf(mail.Content)), mail.Token));
        Assert.DoesNotContain(delivered.Values, static mail => Holds(mail, Clamd.Eicar));
        await HeldAsync(edge, taken.Where(static mail => mail.Text == Virus));
        await SucceedsAsync(edge, ["delete", "--all"]);
        await KillAsync(edge, 1);
        Assert.Equal(0, await edge.QuarantineLengthAsync());
        await edge.EmptyQueueAsync(Patience);
    }

    private static Task<EdgeServer> StartAsync(Clamd clamd, Spamd spamd)
    {
        JsonObject spam = SpamAssassin.Options(spamd);
        spam["WhenBusy"] = "Pending";
        spam["WhenDown"] = "Pending";
        spam["WaitingMax"] = 0;
        spam["Recipients"] = new JsonObject { [Spared] = new JsonObject { ["Scan"] = false } };
        return ClamdEdge.StartAsync([clamd.Socket], (settings, filter) =>
        {
            filter["OnVirus"] = "Quarantine";
            settings.Section("Filters")["spam"] = spam;
            settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "clamav", "spam");
            settings.Root["Pending"] = new JsonObject { ["RetryFirst"] = "00:00:01", ["RetryMax"] = "00:00:02" };
        });
    }

    /// <summary>Each text to each of them, in turns.</summary>
    private LoadMail Next(Random random)
    {
        int number = Interlocked.Increment(ref _made);
        return LoadMail.Of(number % 2 == 0 ? Spared : Scanned, Texts[number % Texts.Length]);
    }

    private async Task KillAsync(EdgeServer edge, int kills)
    {
        for (int kill = 0; kill < kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(RunMillisecondsMax)), TimeProvider.System);
            await edge.KillAsync();
            await edge.StartAgainAsync();
        }
    }

    /// <summary>Has each of them listed, and shown when it is new, byte for byte; the result is the id of each by its token. Others may be there: what was cut before its reply.</summary>
    private async Task<Dictionary<string, string>> HeldAsync(EdgeServer edge, IEnumerable<LoadMail> expected)
    {
        Command.Result list = await SucceedsAsync(edge, ["list", "--json"]);
        using JsonDocument document = JsonDocument.Parse(list.Output);
        Dictionary<string, string> ids = [];
        Dictionary<string, byte[]> shown = [];
        foreach (JsonElement message in document.RootElement.EnumerateArray())
        {
            string id = message.GetProperty("id").GetString()!;
            if (!_shown.TryGetValue(id, out byte[]? content))
            {
                using JsonDocument show = JsonDocument.Parse((await SucceedsAsync(edge, ["show", id, "--content", "--json"])).Output);
                content = _shown[id] = Encoding.UTF8.GetBytes(show.RootElement.GetProperty("content").GetString()!);
            }

            string token = TokenOf(content);
            ids.Add(token, id);
            shown.Add(token, content);
        }

        foreach (LoadMail mail in expected)
            Assert.True(shown.TryGetValue(mail.Token, out byte[]? content) && content.AsSpan().EndsWith(mail.Content), $"{mail.Token} to {mail.Recipient}: {list.Output}");
        return ids;
    }

    private static async Task<Command.Result> SucceedsAsync(EdgeServer edge, string[] arguments)
    {
        Command.Result result = await edge.CliAsync(["quarantine", .. arguments]);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}\n{edge.Process.OutputTail}");
        return result;
    }

    private static Dictionary<string, byte[]> Delivered(EdgeServer edge)
    {
        Dictionary<string, byte[]> delivered = [];
        foreach (byte[] mail in FilesOf(edge, "user").Concat(FilesOf(edge, "alice")))
            delivered[TokenOf(mail)] = mail;
        return delivered;
    }

    private static IEnumerable<byte[]> FilesOf(EdgeServer edge, string local) => edge.MaildirOf(local).Files.Select(static file => File.ReadAllBytes(file));

    private static string TokenOf(byte[] mail)
    {
        string text = Encoding.Latin1.GetString(mail);
        return text.Substring(text.IndexOf("tok-", StringComparison.Ordinal), 36);
    }

    private static bool Holds(ReadOnlySpan<byte> mail, string text) => mail.IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
}
