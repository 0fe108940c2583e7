using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>What the driver keeps for <c>edgesmtp explain</c>: every call, however it ended, and what it published.</summary>
public sealed class TraceTests : DriverTest
{
    private static readonly FactKey<string> Country = new("country", FactScope.Session);
    private static readonly FilterTraits Provides = new() { Provides = [Country] };

    [Fact]
    public async Task Call_ThatPassesAndOneThatRefuses_AreKept()
    {
        Harness.Add("a", new ProbeFilter()).Add("b", ProbeFilter.AtRcpt(ProbeFilter.Refused));
        await using FilterRun run = Begin();
        await Rcpt(run);
        Assert.Equal(["rcpt a continue  rcpt@example.com", "rcpt b reject refused rcpt@example.com"], Calls(run));
    }

    [Fact]
    public async Task Call_ThatThrows_IsKeptWithItsErrorAndItsPolicy()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnRcpt = static (_, _, _) => throw new InvalidOperationException("broken list") }, new DriverOptions { OnError = FailurePolicy.Reject });
        await Rcpt(run);
        JsonElement call = Assert.Single(Items(run));
        Assert.Equal(("exception", "reject", "InvalidOperationException: broken list"), (Text(call, "outcome"), Text(call, "verdict"), Text(call, "error")));
    }

    [Fact]
    public async Task Call_ThatTimesOut_IsKeptWithItsTime()
    {
        await using FilterRun run = Begin(
            new ProbeFilter { OnRcpt = static async (_, _, token) => { await Task.Delay(Timeout.Infinite, token); return default; } }, new DriverOptions { Timeout = TimeSpan.FromSeconds(5) });
        ValueTask<Verdict> pending = Rcpt(run);
        Harness.Time.Advance(TimeSpan.FromSeconds(5));
        await pending;
        JsonElement call = Assert.Single(Items(run));
        Assert.Equal(("timeout", "defer", "filter-timeout", 5.0, 5.0), (Text(call, "outcome"), Text(call, "verdict"), Text(call, "reason"), call.GetProperty("took").GetDouble(), call.GetProperty("at").GetDouble()));
    }

    [Fact]
    public async Task Member_OfADecidedGroup_IsKeptAsLeftOut()
    {
        Harness.AddGroup("group", Testing.Harness.PipelineHarness.Instance("first", ProbeFilter.AtRcpt(ProbeFilter.Refused)), Testing.Harness.PipelineHarness.Instance("second", ProbeFilter.AtRcpt(ProbeFilter.Later)));
        await using FilterRun run = Begin();
        await Rcpt(run);
        Assert.Equal("left out", Text(Items(run)[1], "outcome"));
    }

    [Fact]
    public async Task Shadow_IsMarked()
    {
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused), new DriverOptions { Shadow = true });
        await Rcpt(run);
        JsonElement call = Assert.Single(Items(run));
        Assert.True(call.GetProperty("shadow").GetBoolean());
        Assert.Equal("reject", Text(call, "verdict"));
    }

    [Fact]
    public async Task FactsScoresAndSkips_AreKept()
    {
        Harness.Add("geo", static context => new Publishing(context), traits: Provides).Add("spared", new ProbeFilter(), new DriverOptions { SkipWhen = ["country"] });
        await using FilterRun run = Begin();
        await Rcpt(run);
        JsonElement[] items = Items(run);
        Assert.Equal(("fact", "geo", "country", "DE"), (Text(items[0], "what"), Text(items[0], "filter"), Text(items[0], "name"), Text(items[0], "value")));
        Assert.Equal(("score", "geo", "far-away", 2.5), (Text(items[1], "what"), Text(items[1], "filter"), Text(items[1], "name"), items[1].GetProperty("points").GetDouble()));
        Assert.Equal(("skip", "spared", "country"), (Text(items[3], "what"), Text(items[3], "filter"), Text(items[3], "name")));
    }

    [Fact]
    public async Task Message_EachRecipient_IsKeptWithHisVerdict()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        await using FilterRun run = Begin(ProbeFilter.AtMessage(static (transaction, verdicts) => verdicts.Set(transaction.Recipients[1], Verdict.From(ProbeFilter.Refused, "virus"))));
        await Message(run);
        JsonElement call = Assert.Single(Items(run));
        Assert.Equal(("message", "b@example.com", "virus"), (Text(call, "stage"), Text(call, "to"), Text(call, "detail")));
    }

    [Theory]
    [InlineData(ExplainBatch.QuietItemsMax, 0)]
    [InlineData(ExplainBatch.QuietItemsMax + 1, 1)]
    public async Task Batch_OfManyCalls_IsBoundedAndSaysSo(int calls, int omitted)
    {
        await using FilterRun run = Begin(new ProbeFilter());
        TestRecipient recipient = Transaction.Ask("a@example.com");
        for (int i = 0; i < calls; i++)
        {
            await run.RcptAsync(Transaction, recipient);
        }

        JsonElement line = Line(run);
        Assert.Equal(ExplainBatch.QuietItemsMax, line.GetProperty("items").GetArrayLength());
        Assert.Equal(omitted, line.TryGetProperty("omitted", out JsonElement count) ? count.GetInt32() : 0);
    }

    [Fact]
    public async Task Batch_FullOfCallsWithoutOpinion_StillTakesARefusal()
    {
        bool refuses = false;
        await using FilterRun run = Begin(new ProbeFilter { OnRcpt = (_, _, _) => refuses ? Verdict.From(ProbeFilter.Refused) : default(Verdict) });
        for (int i = 0; i <= ExplainBatch.QuietItemsMax; i++)
        {
            await Rcpt(run);
        }

        refuses = true;
        await Rcpt(run);
        Assert.Equal("refused", Text(Items(run)[^1], "reason"));
    }

    [Fact]
    public async Task Value_WhoseTextThrows_LosesNoLine()
    {
        Harness.Add("odd", static context => new Throwing(context), traits: new FilterTraits { Provides = [Throwing.Odd] });
        await using FilterRun run = Begin();
        await Rcpt(run);
        Assert.Equal("Value (NotSupportedException)", Text(Items(run)[0], "value"));
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;

    private JsonElement Line(FilterRun run)
    {
        run.Trace!.Flush();
        return JsonDocument.Parse(Assert.Single(Harness.Events.Explained.Lines)).RootElement;
    }

    private JsonElement[] Items(FilterRun run) => [.. Line(run).GetProperty("items").EnumerateArray()];

    private string[] Calls(FilterRun run) => [.. Items(run).Select(static item => $"{Text(item, "stage")} {Text(item, "filter")} {Text(item, "verdict")} {Text(item, "reason")} {Text(item, "to")}")];

    private sealed class Publishing(FilterContext context) : IRcptFilter
    {
        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
        {
            context.Publish(transaction.Session, Country, "DE");
            context.AddScore(recipient, "far-away", 2.5);
            return Verdict.Continue;
        }
    }

    private sealed class Throwing(FilterContext context) : IRcptFilter
    {
        public static readonly FactKey<Value> Odd = new("odd", FactScope.Session);

        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
        {
            context.Publish(transaction.Session, Odd, new Value());
            return Verdict.Continue;
        }
    }

    private sealed class Value
    {
        public override string ToString() => throw new NotSupportedException();
    }
}
