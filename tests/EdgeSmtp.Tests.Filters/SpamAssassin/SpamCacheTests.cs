using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SpamAssassin;

public sealed class SpamCacheTests : SpamAssassinTest
{
    private const string Trace = "Received: by edge; now\r\n";

    [Fact]
    public async Task Copies_ThatDifferInOurTraceFieldsAlone_CostOneScan()
    {
        Spamd.Answers(static _ => FakeSpamd.Symbols(12, "GTUBE"));
        SpamAssassinFilterOptions options = Options(static options => options with { Reject = 10 });
        for (int i = 0; i < 20; i++)
        {
            NextSession();
            await using FilterRun run = Begin(options);
            string trace = $"Received: by edge; {i:00}\r\n";
            Assert.Equal("spam", (await MessageAsync(run, trace + Content, traceLength: trace.Length))[0].Reason?.Token);
        }

        Assert.Single(Spamd.Requests);
        Assert.Equal(19, Counted("findings", "hit"));
    }

    [Fact]
    public async Task Copies_ThatComeTogether_WaitForOneScan()
    {
        Spamd.Hold();
        List<(FilterRun Run, Task<RecipientVerdicts> Verdicts)> mails = [];
        for (int i = 0; i < 10; i++)
        {
            NextSession();
            FilterRun run = Begin(Options(static options => options with { Reject = 10 }));
            mails.Add((run, MessageAsync(run)));
        }

        await Spamd.AskedAsync();
        Spamd.Answers(static _ => FakeSpamd.Symbols(12));
        Spamd.Release();
        foreach ((FilterRun run, Task<RecipientVerdicts> pending) in mails)
        {
            Assert.Equal("spam", (await pending)[0].Reason?.Token);
            await run.DisposeAsync();
        }

        Assert.Single(Spamd.Requests);
    }

    [Theory]
    [InlineData("content", 2)]
    [InlineData("client", 2)]
    [InlineData("sender", 2)]
    [InlineData("user", 2)]
    [InlineData("rules", 2)]
    [InlineData("nothing", 1)]
    [InlineData("network", 1)]
    public async Task Key_HasAllThatSpamdJudgesBy(string other, int scans)
    {
        string rules = Path.Combine(Path.GetTempPath(), $"es-{Guid.NewGuid():N}.cf");
        await File.WriteAllTextAsync(rules, "one");
        try
        {
            SpamAssassinFilterOptions options = Options(options => options with { RulesFile = rules, User = "{address}" });
            Session.ClientEndPoint = new(System.Net.IPAddress.Parse("2001:db8::1"), 1);
            await using (FilterRun run = Begin(options))
            {
                await MessageAsync(run, Trace + Content, traceLength: Trace.Length);
            }

            NextSession(other == "sender" ? "another@example.org" : "sender@example.org");
            Session.ClientEndPoint = new(System.Net.IPAddress.Parse(other switch { "client" => "2001:db8:1::1", "network" => "2001:db8::2", _ => "2001:db8::1" }), 1);
            Transaction.AddRecipient(other == "user" ? "b@example.com" : "a@example.com");
            if (other == "rules")
            {
                await File.WriteAllTextAsync(rules, "three");
            }

            await using FilterRun second = Begin(options);
            await MessageAsync(second, Trace + Content + (other == "content" ? "." : ""), traceLength: Trace.Length);
            Assert.Equal(scans, Spamd.Requests.Count);
        }
        finally
        {
            File.Delete(rules);
        }
    }

    [Fact]
    public async Task Finding_IsForgottenAfterItsTime()
    {
        SpamAssassinFilterOptions options = Options(static options => options with { Cache = new() { Ttl = TimeSpan.FromMinutes(1) } });
        foreach (int seconds in (int[])[0, 59, 1])
        {
            Harness.Time.Advance(TimeSpan.FromSeconds(seconds));
            NextSession();
            await using FilterRun run = Begin(options);
            await MessageAsync(run);
        }

        Assert.Equal(2, Spamd.Requests.Count);
    }

    // What spamd has by its time_limit is a matter of how busy it was; to CHECK it does not say that.
    [Theory]
    [InlineData(SpamdCommand.Symbols, "HTML_MESSAGE,TIME_LIMIT_EXCEEDED", 2)]
    [InlineData(SpamdCommand.Symbols, "HTML_MESSAGE", 1)]
    [InlineData(SpamdCommand.Report, " 0.0 TIME_LIMIT_EXCEEDED    BODY: Exceeded time limit / deadline\n", 2)]
    [InlineData(SpamdCommand.Report, " 0.0 HTML_MESSAGE    BODY: HTML included in message\n", 1)]
    [InlineData(SpamdCommand.Headers, "X-Spam-Status: No, score=0.1 required=5.0 tests=HTML_MESSAGE,\r\n\tTIME_LIMIT_EXCEEDED autolearn=unavailable\r\n", 2)]
    [InlineData(SpamdCommand.Check, "", 2)]
    public async Task Finding_WithoutAllRules_IsNotRemembered(SpamdCommand command, string body, int scans)
    {
        Spamd.Answers(_ => FakeSpamd.Answer(0.1, body));
        for (int i = 0; i < 2; i++)
        {
            NextSession();
            await using FilterRun run = Begin(Options(options => options with { Command = command }));
            Assert.Equal(VerdictKind.Continue, (await MessageAsync(run))[0].Kind);
        }

        Assert.Equal(scans, Spamd.Requests.Count);
    }

    [Fact]
    public async Task Failure_IsNotRemembered()
    {
        Spamd.Answers(static _ => null);
        await using (FilterRun run = Begin(Options()))
        {
            Assert.Equal("scanner-down", (await MessageAsync(run))[0].Reason?.Token);
        }

        Spamd.Answers(static _ => FakeSpamd.Clean);
        NextSession();
        await using FilterRun second = Begin(Options());
        Assert.Equal(VerdictKind.Continue, (await MessageAsync(second))[0].Kind);
    }
}
