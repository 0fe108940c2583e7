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

    [Theory]
    [InlineData(null, "greet.greeted")]
    [InlineData("other.list", "other.list")]
    public async Task Restart_WithDataDirectory_KeepsClientsThere(string? path, string file)
    {
        GreetDelayFilterOptions options = new() { RememberPath = path };
        FilterHost host = new() { DataDirectory = _folder };
        Assert.Equal(TimeSpan.FromSeconds(6), await RunServerAsync(options, host));
        Assert.Equal(TimeSpan.Zero, await RunServerAsync(options, host));
        Assert.Equal([Path.Combine(_folder, file)], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Restart_WithEmptyPathOrWithoutDataDirectory_ForgetsClients()
    {
        FilterHost host = new() { DataDirectory = _folder };
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(6), await RunServerAsync(new()));
            Assert.Equal(TimeSpan.FromSeconds(6), await RunServerAsync(new() { RememberPath = "" }, host));
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    // A torn or foreign file costs a delay for those it held, never the start of the server; operations hear of it.
    [Theory]
    [InlineData("\0\0\u0001binary\0\ufffd\n\n0 0 0\n")]
    [InlineData("99999999999 192.0.2.1/32 and more\n")]
    [InlineData("99999999999")]
    public async Task Start_CorruptedFile_IsToleratedWithAWarning(string content)
    {
        GreetDelayFilterOptions options = new() { RememberPath = Path.Combine(_folder, "greeted") };
        await File.WriteAllTextAsync(options.RememberPath, content);
        using PipelineHarness harness = new();
        await using (FilterPipeline pipeline = Build(harness, options))
        {
            Assert.Contains(harness.Logs.Lines, static line => line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains("lines skipped", StringComparison.Ordinal));
            Assert.Equal(TimeSpan.FromSeconds(6), await RunSessionAsync(pipeline));
        }

        // What was learned since replaces the rubbish.
        Assert.Equal(TimeSpan.Zero, await RunServerAsync(options));
    }

    [Fact]
    public async Task Start_FileThatCannotBeRead_IsToleratedWithAnError()
    {
        string path = Path.Combine(_folder, "greeted");
        Directory.CreateDirectory(path);
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, new() { RememberPath = path });
        Assert.Equal(TimeSpan.FromSeconds(6), await RunSessionAsync(pipeline));
        Assert.Equal(TimeSpan.Zero, await RunSessionAsync(pipeline));
    }

    [Fact]
    public async Task Profiles_OfOneInstance_ShareClients()
    {
        using PipelineHarness harness = new();
        FilterRegistration registration = Registrations.Single(static filters => filters.AddGreetDelay());
        harness.Add(new FilterInstance("greet", registration, new GreetDelayFilterOptions(), new DriverOptions()))
            .AddProfile("patient", new FilterInstance("greet", registration, new GreetDelayFilterOptions { Delay = TimeSpan.FromSeconds(30) }, new DriverOptions()));
        await using FilterPipeline pipeline = harness.Build();
        Assert.Equal(TimeSpan.FromSeconds(30), await RunSessionAsync(pipeline, "patient"));
        Assert.Equal(TimeSpan.Zero, await RunSessionAsync(pipeline));
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

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 6)]
    public async Task Relay_IsNotDelayed(bool mayRelay, int seconds)
    {
        using PipelineHarness harness = new();
        await using FilterPipeline pipeline = Build(harness, new());
        using TestSession session = new() { Relay = mayRelay };
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        Assert.Equal(TimeSpan.FromSeconds(seconds), session.GreetingHeld);
    }

    private static async Task<TimeSpan> RunServerAsync(GreetDelayFilterOptions options, FilterHost? host = null)
    {
        using PipelineHarness harness = new();
        harness.Builder.Host = host ?? FilterHost.Unknown;
        await using FilterPipeline pipeline = Build(harness, options);
        return await RunSessionAsync(pipeline);
    }

    private static async Task<TimeSpan> RunSessionAsync(FilterPipeline pipeline, string profile = "")
    {
        using TestSession session = new();
        await using (FilterRun run = pipeline.Begin(session, RejectAt.Recipient))
        {
            run.Profile = profile;
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
