using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rspamd;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Toolkit.Scanning;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rspamd;

public sealed class RspamdFilterTests : RspamdTest
{
    [Theory]
    [InlineData("no action", VerdictKind.Continue, null, false)]
    [InlineData("of the operator's own", VerdictKind.Continue, null, false)]
    [InlineData("greylist", VerdictKind.Continue, null, false)]
    [InlineData("add header", VerdictKind.Continue, null, true)]
    [InlineData("rewrite subject", VerdictKind.Continue, null, true)]
    [InlineData("soft reject", VerdictKind.Defer, "soft-reject", false)]
    [InlineData("quarantine", VerdictKind.Quarantine, "spam-quarantine", true)]
    [InlineData("reject", VerdictKind.Reject, "spam", true)]
    public async Task Action_IsDone(string action, VerdictKind expected, string? token, bool isTagged)
    {
        Server.Answer = _ => Answer(action);
        await using FilterRun run = Begin(Options());
        Verdict verdict = (await MessageAsync(run))[0];
        Assert.Equal((expected, token), (verdict.Kind, verdict.Reason?.Token));
        Assert.Equal(isTagged, IsSet(KnownFacts.Tagged));
    }

    // §8.14: without AllowDiscard, it counts for nothing, loudly.
    [Theory]
    [InlineData(true, VerdictKind.Discard)]
    [InlineData(false, VerdictKind.Continue)]
    public async Task Discard_NeedsLeave(bool isAllowed, VerdictKind expected)
    {
        Server.Answer = static _ => Answer("discard");
        await using FilterRun run = Begin(Options(), new DriverOptions { AllowDiscard = isAllowed });
        Assert.Equal(expected, (await MessageAsync(run))[0].Kind);
    }

    [Fact]
    public async Task Greylist_WithDeferGreylisted_Defers()
    {
        Server.Answer = static _ => Answer("greylist");
        await using FilterRun run = Begin(Options(static options => options with { DeferGreylisted = true }));
        Assert.Equal("greylisted", (await MessageAsync(run))[0].Reason?.Token);
    }

    [Fact]
    public async Task Reject_WithQuarantineRejected_IsHeld()
    {
        Server.Answer = static _ => Answer("reject");
        await using FilterRun run = Begin(Options(static options => options with { QuarantineRejected = true }));
        Assert.Equal("spam-quarantine", (await MessageAsync(run))[0].Reason?.Token);
    }

    [Theory]
    [InlineData(false, "Message refused as spam")]
    [InlineData(true, "Gtube? pattern")]
    public async Task Message_OfRspamd_IsToldWhenItMayBe(bool isTold, string text)
    {
        Server.Answer = static _ => Answer("reject", 20, ",\"messages\":{\"smtp_message\":\"Gtube\\n pattern\"},\"symbols\":{\"A\":{\"score\":4.5},\"B\":{\"score\":0}}");
        await using FilterRun run = Begin(Options(options => options with { TellMessage = isTold }));
        Verdict verdict = (await MessageAsync(run))[0];
        Assert.Equal(text, verdict.Reason!.Text);
        Assert.Equal("20 of 15: A=4.5", verdict.Detail);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Fields_OfTheMilterBlock_AreApplied_AndStrangersAreRemoved(int blockBytes)
    {
        const string Milter = """
            ,"milter":{"remove_headers":{"X-Remove":0,"X-First":1,"bad name":0,"X-Spam-Level":0,"X-Many":[1,-1]},
            "add_headers":{"X-Last":"z","X-Two":{"value":"2","order":2},"X-One":[{"value":"1\r\n\tfolded","order":1},{"value":"1b","order":1}],"bad:name":"x","X-Bad":{"value":5},"X-Ctl":{"value":"a\u0000b"}}}
            """;
        const string Foreign = "X-Remove: 1\r\nX-First: 1\r\nX-First: 2\r\nX-Many: 1\r\nX-Many: 2\r\nX-Many: 3\r\nX-Spam: no\r\nX-Spamd-Bar: ---\r\nX-Rspamd-Action: none\r\nx-remove: 2\r\n";
        Server.Answer = static _ => Answer("add header", 7, Milter);
        await using FilterRun run = Begin(Options());
        Assert.Equal(
            ["X-Spam: Yes\r\nX-One: 1 folded\r\nX-One: 1b\r\nX-Two: 2\r\nX-Last: z\r\nX-First: 2\r\nX-Many: 2\r\n" + Content],
            await ComposeAsync(run, await MessageAsync(run, Foreign + Content, blockBytes)));
    }

    [Theory]
    [InlineData("", "Subject: ***SPAM*** one\r\n\r\nText.\r\n")]
    [InlineData(",\"subject\":\"[rspamd] one\"", "Subject: [rspamd] one\r\n\r\nText.\r\n")]
    [InlineData(",\"subject\":\"a\\u0000b\"", "Subject: ***SPAM*** one\r\n\r\nText.\r\n")]
    public async Task Subject_IsRewritten(string more, string expected)
    {
        Server.Answer = _ => Answer("rewrite subject", 7, more);
        await using FilterRun run = Begin(Options());
        Assert.Equal([expected], await ComposeAsync(run, await MessageAsync(run)));
    }

    [Theory]
    [InlineData(true, "bounces@example.net", "bounces@example.net")]
    [InlineData(true, "not an address", "sender@example.org")]
    [InlineData(false, "bounces@example.net", "sender@example.org")]
    public async Task ReversePath_IsReplacedWhenItMayBe(bool isAllowed, string from, string expected)
    {
        Server.Answer = _ => Answer("no action", 0, $",\"milter\":{{\"change_from\":\"{from}\"}}");
        await using FilterRun run = Begin(Options(options => options with { ChangeFrom = isAllowed }));
        RecipientVerdicts verdicts = await MessageAsync(run);
        Assert.Equal(expected, Assert.Single(await run.ComposeAsync(Transaction, verdicts)).ReversePath.ToString());
    }

    [Fact]
    public async Task Recipients_OfOneSettings_ShareAScan_AndGetItsFieldsAlone()
    {
        Server.Answer = static request => request.Contains("Settings-ID: strict", StringComparison.Ordinal) ? Answer("reject") : Answer("no action", 0, ",\"milter\":{\"add_headers\":{\"X-A\":\"1\"}}");
        Transaction.AddRecipient("a@strict.example");
        Transaction.AddRecipient("b@strict.example");
        Transaction.AddRecipient("c@mild.example");
        Transaction.AddRecipient("d@never.example");
        await using FilterRun run = Begin(Options(static options => options with
        {
            Recipients = new Dictionary<string, RspamdProfileOptions> { ["strict.example"] = new() { SettingsId = "strict" }, ["never.example"] = new() { Scan = false } },
        }));
        RecipientVerdicts verdicts = await MessageAsync(run);
        Assert.Equal([VerdictKind.Reject, VerdictKind.Reject, VerdictKind.Continue, VerdictKind.Continue], Enumerable.Range(0, 4).Select(i => verdicts[i].Kind));
        Assert.Equal(["X-A: 1\r\n" + Content, Content], await ComposeAsync(run, verdicts));
        Assert.Equal(2, Server.Requests.Count);
        Assert.Contains(Server.Requests, static request => request.Contains("Rcpt: <a@strict.example>, <b@strict.example>\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_SaysWhoSentWhat()
    {
        Session.HelloText = "client.example\u0001\r\nX-Evil: 1";
        Session.ReverseDns = "rdns.example";
        Session.User = "alice";
        Session.TlsInUse = new TlsInfo("TLSv1.3", "TLS_AES_256_GCM_SHA384", null, null);
        await using FilterRun run = Begin(Options(static options => options with { SettingsId = "usual" }));
        await MessageAsync(run, "Received: by edge\r\n" + Content, blockBytes: 5, traceLength: 19);
        string request = Assert.Single(Server.Requests);
        Assert.StartsWith("POST /checkv2 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        foreach (string field in (string[])
            [
                "IP: 192.0.2.1", "From: <sender@example.org>", "Rcpt: <a@example.com>", "Queue-Id: test-transaction-1", "MTA-Name: localhost", "MTA-Tag: mx",
                "Helo: client.example???X-Evil: 1", "Hostname: rdns.example", "User: alice", "TLS-Version: TLSv1.3", "TLS-Cipher: TLS_AES_256_GCM_SHA384", "Settings-ID: usual",
            ])
        {
            Assert.Contains($"\r\n{field}\r\n", request, StringComparison.Ordinal);
        }

        Assert.EndsWith("\r\n\r\nReceived: by edge\r\n" + Content, request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copies_CostOneScan_ButWhoWasToComeAgainIsAskedAgain()
    {
        foreach ((string action, int scans) in ((string, int)[])[("reject", 1), ("soft reject", 4)])
        {
            Server.Answer = _ => Answer(action);
            for (int i = 0; i < 3; i++)
            {
                NextTransaction();
                await using FilterRun run = Begin(Options());
                await MessageAsync(run, $"Subject: {action}\r\n\r\n");
            }

            Assert.Equal(scans, Server.Requests.Count);
        }
    }

    public static TheoryData<string> Nonsense { get; } =
    [
        "",
        "not json",
        "[]",
        "{}",
        """{"error":"cannot parse"}""",
        """{"score":1}""",
        """{"action":"no action"}""",
        """{"action":5,"score":1}""",
        """{"action":"no action","score":"1"}""",
        """{"action":"no action","score":1e999}""",
        new string('[', 1000),
        "{\"a\":\"" + new string('x', 1024 * 1024) + "\",\"action\":\"no action\",\"score\":1}",
    ];

    [Theory]
    [MemberData(nameof(Nonsense), DisableDiscoveryEnumeration = true)]
    public async Task Rspamd_ThatCannot_DefersAndIsNeverTakenForClean(string answer)
    {
        Server.Answer = _ => answer;
        await using FilterRun run = Begin(Options());
        Assert.Equal("scanner-down", (await MessageAsync(run))[0].Reason?.Token);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Internal error")]
    [InlineData("HTTP/1.1 413 Too large")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/")]
    [InlineData("SMTP")]
    public async Task Rspamd_ThatAnswersWithAnotherStatus_Defers(string status)
    {
        Server.Status = status;
        await using FilterRun run = Begin(Options());
        Assert.Equal("scanner-down", (await MessageAsync(run))[0].Reason?.Token);
    }

    [Fact]
    public async Task Rspamd_ThatDoesNotAnswerInTime_Defers()
    {
        Server.IsSilent = true;
        await using FilterRun run = Begin(Options(static options => options with { ScanTimeout = TimeSpan.FromSeconds(5) }));
        Task<RecipientVerdicts> pending = MessageAsync(run);
        await Server.AskedAsync();
        Harness.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("scanner-down", (await pending)[0].Reason?.Token);
    }

    [Fact]
    public async Task Servers_TheNextIsAskedWhenOneFails()
    {
        using FakeRspamd dead = new() { Answer = static _ => null };
        Server.Answer = static _ => Answer("reject");
        await using FilterRun run = Begin(Options(options => options with { Servers = [dead.Address, Server.Address] }));
        Assert.Equal("spam", (await MessageAsync(run))[0].Reason?.Token);
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    public async Task Size_AtAndOverItsLimit_IsScannedOrMarked(int bytes, bool isMarked)
    {
        string content = Content + new string('x', bytes - Content.Length);
        await using FilterRun run = Begin(Options(static options => options with { SizeBytesMax = 1024 }));
        Assert.Equal([(isMarked ? "X-Spam-Unscanned: too large\r\n" : "") + content], await ComposeAsync(run, await MessageAsync(run, content)));
        Assert.Equal(isMarked, IsSet(KnownFacts.Unscanned));
    }

    [Fact]
    public async Task Down_WithSkip_MarksAndRemovesWhatStrangersWrote()
    {
        await using FilterRun run = Begin(Options(static options => options with { Servers = ["/nowhere/rspamd.sock"], WhenDown = ScanFallback.Skip }));
        Assert.Equal(["X-Spam-Unscanned: scanner down\r\n" + Content], await ComposeAsync(run, await MessageAsync(run, "X-Spam: no\r\n" + Content)));
    }
}
