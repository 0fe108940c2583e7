using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.GreetDelay;

/// <summary>What is remembered across reloads and restarts, under the real driver.</summary>
public sealed class GreetDelayPersistenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Restart_WithPath_KeepsClients()
    {
        GreetDelayFilterOptions options = new() { RememberPath = Path.Combine(_folder, "greeted") };
        Assert.Equal(TimeSpan.FromSeconds(6), await RunServerAsync(options));
        Assert.Equal(TimeSpan.Zero, await RunServerAsync(options));
        Assert.Matches("^[0-9]+ 192\\.0\\.2\\.1/32\n$", await File.ReadAllTextAsync(options.RememberPath));
    }

    [Fact]
    public async Task Restart_WithoutPath_ForgetsClients()
    {
        Assert.Equal(TimeSpan.FromSeconds(6), await RunServerAsync(new()));
        Assert.Equal(TimeSpan.FromSeconds(6), await RunServerAsync(new()));
    }

    [Fact]
    public async Task Reload_WithOtherOptions_KeepsClients()
    {
        using PipelineHarness harness = new();
        FilterPipeline first = Build(harness, new());
        await RunSessionAsync(first);
        FilterPipeline second = Build(harness, new() { Delay = TimeSpan.FromSeconds(9) });
        await first.DisposeAsync();
        Assert.Equal(TimeSpan.Zero, await RunSessionAsync(second));
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Shadow_RefusesNobody()
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, new(), new DriverOptions { Shadow = true });
        using TestSession session = new();
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        Assert.Equal(VerdictKind.Continue, (await run.ViolationAsync(ProtocolViolation.EarlyTalk)).Kind);
    }

    private static async Task<TimeSpan> RunServerAsync(GreetDelayFilterOptions options)
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, options);
        return await RunSessionAsync(pipeline);
    }

    private static async Task<TimeSpan> RunSessionAsync(FilterPipeline pipeline)
    {
        using TestSession session = new();
        await using (FilterRun run = pipeline.Begin(session, RejectAt.Recipient))
        {
            await run.ConnectAsync();
            await run.HelloAsync();
            await run.MailAsync(new TestTransaction(session));
        }

        return session.GreetingHeld;
    }

    private static FilterPipeline Build(PipelineHarness harness, GreetDelayFilterOptions options, DriverOptions? driver = null)
    {
        FilterRegistration registration = Registrations.Single(static filters => filters.AddGreetDelay());
        List<string> errors = [];
        FilterPipeline? pipeline = harness.Builder.Build(
            [new PipelineStep("greet", [new FilterInstance("greet", registration, options, driver ?? new DriverOptions())])],
            new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(StringComparer.Ordinal),
            errors);
        Assert.Empty(errors);
        return pipeline!;
    }
}
