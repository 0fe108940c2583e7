using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RateLimit;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>Under the real driver: reload, shadow, postmaster, and what is held back.</summary>
public sealed class RateLimitPipelineTests
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddRateLimit());

    [Fact]
    public async Task Reload_WithAnotherRate_GoesOnWithWhatIsOwed()
    {
        using PipelineHarness harness = new();
        FilterPipeline first = Build(harness, new RateLimitOptions { Rate = 2 });
        Assert.Equal(2, await CountAsync(first));
        FilterPipeline second = Build(harness, new RateLimitOptions { Rate = 3 });
        await first.DisposeAsync();

        // Two of two per minute is a whole minute to be given back; at three per minute that is three.
        Assert.Equal(0, await CountAsync(second));
        harness.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(1, await CountAsync(second));
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Reload_WithAnotherKey_BeginsAnew()
    {
        using PipelineHarness harness = new();
        FilterPipeline first = Build(harness, new RateLimitOptions { Rate = 2 });
        Assert.Equal(2, await CountAsync(first));
        FilterPipeline second = Build(harness, new RateLimitOptions { Rate = 2, Key = RateKeyKind.Sender });
        await first.DisposeAsync();
        Assert.Equal(2, await CountAsync(second));
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Connections_Deferred_AreAnsweredAtRcpt()
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, new RateLimitOptions { Unit = RateUnit.Connections, Rate = 1 });
        Assert.Equal(VerdictKind.Continue, await RunAsync(pipeline));
        Assert.Equal(VerdictKind.Defer, await RunAsync(pipeline));

        // RFC 5321 §4.5.1: nothing that was held refuses postmaster; the connection that is closed does.
        Assert.Equal(VerdictKind.Continue, await RunAsync(pipeline, "postmaster@example.com"));
    }

    [Fact]
    public async Task Messages_ToPostmaster_AreLimitedToo()
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, new RateLimitOptions { Rate = 1 });
        Assert.Equal(VerdictKind.Continue, await RunAsync(pipeline, "postmaster@example.com"));
        Assert.Equal(VerdictKind.Defer, await RunAsync(pipeline, "postmaster@example.com"));
    }

    [Fact]
    public async Task Shadow_RefusesNobodyAndCounts()
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, new RateLimitOptions { Rate = 1 }, new DriverOptions { Shadow = true });
        Assert.Equal(100, await CountAsync(pipeline));
        Assert.Equal(99, harness.Metrics.Value(FilterMetrics.ShadowVerdicts, "rate", "rcpt", "defer", "rate-messages"));
    }

    [Fact]
    public async Task Refusals_AreCountedByDeclaredReason()
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, new RateLimitOptions { Rate = 1 });
        await RunAsync(pipeline);
        await RunAsync(pipeline);
        Assert.Equal(1, harness.Metrics.Value(FilterMetrics.Verdicts, "rate", "rcpt", "defer", "rate-messages"));
    }

    private static FilterPipeline Build(PipelineHarness harness, RateLimitOptions limit, DriverOptions? driver = null)
    {
        FilterInstance instance = new("rate", Registration, RateLimitTest.Options(("one", limit)), driver ?? new DriverOptions());
        List<string> errors = [];
        FilterPipeline? pipeline = harness.Builder.Build(
            [new PipelineStep("rate", [instance])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(StringComparer.Ordinal), errors);
        Assert.Empty(errors);
        return pipeline!;
    }

    private static async Task<int> CountAsync(FilterPipeline pipeline)
    {
        int passed = 0;
        while (passed < 100 && await RunAsync(pipeline) == VerdictKind.Continue)
        {
            passed++;
        }

        return passed;
    }

    private static async Task<VerdictKind> RunAsync(FilterPipeline pipeline, string recipient = "user@example.com")
    {
        using TestSession session = new();
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        await run.HelloAsync();
        await run.MailAsync(transaction);
        return (await run.RcptAsync(transaction, transaction.Ask(recipient))).Kind;
    }
}
