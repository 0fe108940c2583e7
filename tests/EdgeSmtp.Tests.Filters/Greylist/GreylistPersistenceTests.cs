using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Greylist;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Greylist;

/// <summary>What is known across reloads and restarts, on a real disk and under the real driver.</summary>
public sealed class GreylistPersistenceTests : IDisposable
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddGreylist());

    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-").FullName;

    private GreylistFilterOptions Options => GreylistTest.Everywhere with { StorePath = Path.Combine(_folder, "greylist") };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Restart_WithPath_GoesOn()
    {
        Assert.Equal(VerdictKind.Defer, await RunServerAsync(Options, 0));
        Assert.Equal(VerdictKind.Continue, await RunServerAsync(Options, 5));
        Assert.Equal(VerdictKind.Continue, await RunServerAsync(Options, 60));
        Assert.Equal(VerdictKind.Defer, await RunServerAsync(Options, 60 * 24 * 40));
        byte[] file = await File.ReadAllBytesAsync(Options.StorePath!);
        Assert.Equal(0, file.Length % GreylistRecord.Bytes);
        Assert.DoesNotContain("example", System.Text.Encoding.Latin1.GetString(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_WithoutPath_Forgets()
    {
        Assert.Equal(VerdictKind.Defer, await RunServerAsync(GreylistTest.Everywhere, 0));
        Assert.Equal(VerdictKind.Defer, await RunServerAsync(GreylistTest.Everywhere, 5));
    }

    [Fact]
    public async Task Folder_ThatIsMissing_IsLoudAndStopsNobody()
    {
        using LogRecorder log = new();
        FakeTimeProvider time = new();
        GreylistFilterOptions options = Options with { StorePath = Path.Combine(_folder, "missing", "greylist") };
        await using GreylistStore store = GreylistStore.Open(options, time, log.CreateLogger("test"));
        for (int minute = 0; minute < 3; minute++)
        {
            store.Ask((UInt128)minute, 1, GreylistTest.Rules);
            await store.SaveAsync();
            store.Ask((UInt128)(minute + 10), 1, GreylistTest.Rules);
            await store.SaveAsync();
            time.Advance(TimeSpan.FromMinutes(minute < 2 ? 1 : 0));
        }

        Assert.Equal(3, log.Lines.Count(static line => line.Contains("cannot be written", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Device_ThatIsFull_IsLoudAndStopsNobody()
    {
        using LogRecorder log = new();
        FakeTimeProvider time = new();
        File.CreateSymbolicLink(Options.StorePath!, "/dev/full");
        await using GreylistStore store = GreylistStore.Open(Options, time, log.CreateLogger("test"));
        Assert.Equal(TimeSpan.FromMinutes(5), store.Ask(1, 1, GreylistTest.Rules));
        await store.SaveAsync();
        Assert.Single(log.Lines, static line => line.Contains("cannot be written", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.Zero, store.Ask(1, 1, GreylistTest.Rules));
    }

    [Fact]
    public async Task File_OfAnotherProcess_IsNotWritten()
    {
        using LogRecorder log = new();
        FakeTimeProvider time = new();
        await using GreylistStore owner = GreylistStore.Open(Options, time, log.CreateLogger("test"));
        owner.Ask(1, 1, GreylistTest.Rules);
        await owner.SaveAsync();
        await using (GreylistStore other = GreylistStore.Open(Options, time, log.CreateLogger("test")))
        {
            other.Ask(2, 2, GreylistTest.Rules);
            await other.SaveAsync();
            Assert.Equal(GreylistRecord.Bytes, new FileInfo(Options.StorePath!).Length);
        }

        Assert.Contains(log.Lines, static line => line.Contains("cannot be read", StringComparison.Ordinal));
        Assert.Contains(log.Lines, static line => line.Contains("cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reload_WithOtherRules_GoesOn()
    {
        using PipelineHarness harness = new();
        FilterPipeline first = Build(harness, Options);
        Assert.Equal(VerdictKind.Defer, await RunAsync(first));
        FilterPipeline second = Build(harness, Options with { Delay = TimeSpan.FromSeconds(10) });
        await first.DisposeAsync();
        harness.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictKind.Continue, await RunAsync(second));
        await second.DisposeAsync();
        Assert.Empty(harness.Logs.Lines);
    }

    [Theory]
    [InlineData("user@example.com", false, VerdictKind.Defer)]
    [InlineData("Postmaster@example.com", false, VerdictKind.Continue)]
    [InlineData("user@example.com", true, VerdictKind.Continue)]
    public async Task Rcpt_OfPostmasterOrRelay_IsLeftAlone(string recipient, bool relay, VerdictKind kind)
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, GreylistTest.Everywhere);
        Assert.Equal(kind, await RunAsync(pipeline, recipient, relay: relay));
    }

    [Theory]
    [InlineData("trusted")]
    [InlineData("trusted-forwarder")]
    public async Task Rcpt_OfATrustedClient_IsLeftAlone(string fact)
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, GreylistTest.Everywhere);
        Assert.Equal(VerdictKind.Continue, await RunAsync(pipeline, fact: fact == "trusted" ? KnownFacts.Trusted : KnownFacts.TrustedForwarder));
    }

    [Fact]
    public async Task Reply_Configured_ReplacesTheText()
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(
            harness, GreylistTest.Everywhere, new DriverOptions { Replies = new Dictionary<string, string>(StringComparer.Ordinal) { ["greylisted"] = "Later, please" } });
        Verdict verdict = await JudgeAsync(pipeline, "user@example.com", relay: false, fact: null);
        Assert.Equal("451 4.7.1 Later, please", $"{verdict.Reason!.Code} {verdict.Reason.EnhancedCode} {verdict.Reason.Text}");
    }

    [Fact]
    public async Task Shadow_RefusesNobodyAndLearns()
    {
        using PipelineHarness harness = new();
        FilterPipeline shadow = Build(harness, Options, new DriverOptions { Shadow = true });
        Assert.Equal(VerdictKind.Continue, await RunAsync(shadow));
        harness.Time.Advance(TimeSpan.FromMinutes(5));
        FilterPipeline real = Build(harness, Options);
        await shadow.DisposeAsync();
        Assert.Equal(VerdictKind.Continue, await RunAsync(real));
        await real.DisposeAsync();
    }

    private static async Task<VerdictKind> RunServerAsync(GreylistFilterOptions options, int minutesLater)
    {
        using PipelineHarness harness = new();
        harness.Time.Advance(TimeSpan.FromMinutes(minutesLater));
        await using FilterPipeline pipeline = Build(harness, options);
        return await RunAsync(pipeline);
    }

    private static FilterPipeline Build(PipelineHarness harness, GreylistFilterOptions options, DriverOptions? driver = null)
    {
        FilterInstance instance = new("grey", Registration, options, driver ?? new DriverOptions());
        List<string> errors = [];
        FilterPipeline? pipeline = harness.Builder.Build(
            [new PipelineStep("grey", [instance])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(StringComparer.Ordinal), errors);
        Assert.Empty(errors);
        return pipeline!;
    }

    private static async Task<VerdictKind> RunAsync(FilterPipeline pipeline, string recipient = "user@example.com", bool relay = false, FactKey<bool>? fact = null) =>
        (await JudgeAsync(pipeline, recipient, relay, fact)).Kind;

    private static async Task<Verdict> JudgeAsync(FilterPipeline pipeline, string recipient, bool relay, FactKey<bool>? fact)
    {
        using TestSession session = new() { Relay = relay };
        if (fact is not null)
        {
            session.SetSlot(fact, true);
        }

        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        await run.HelloAsync();
        await run.MailAsync(transaction);
        return await run.RcptAsync(transaction, transaction.Ask(recipient));
    }
}
