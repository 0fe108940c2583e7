using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Dns;

/// <summary>The filter, the driver, the resolver and a real list together.</summary>
public sealed class RblAgainstRbldnsdTests
{
    [Theory]
    [InlineData("192.0.2.3", 550, "Listed, see http://bl.test/192.0.2.3")]
    [InlineData("198.51.100.66", 550, "policy list")]
    [InlineData("2001:db8:bad::1", 550, "Listed v6")]
    [InlineData("198.51.100.67", null, null)]
    [InlineData("2001:db8:900d::1", null, null)]
    public async Task Rcpt_FromClient_IsAnsweredAsTheListSays(string client, int? code, string? text)
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        Verdict verdict = await RunAsync(list.Port, client, new LogRecorder());
        Assert.Equal(code, verdict.Reason?.Code);
        Assert.Equal(text, verdict.Reason?.Text);
    }

    [Fact]
    public async Task Start_RealZones_PassTheirTest()
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        using LogRecorder log = new();
        await RunAsync(list.Port, "192.0.2.3", log, () => Until.TrueAsync(
            () => log.Lines.Count(static line => line.EndsWith("passed its test", StringComparison.Ordinal)) == 2, Until.Soon, () => string.Join('\n', log.Lines)));
    }

    [Fact]
    public async Task Rcpt_ListIsKilled_PassesLoudly()
    {
        int port;
        await using (Rbldnsd list = await Rbldnsd.StartAsync())
        {
            port = list.Port;
        }

        using LogRecorder log = new();
        Assert.Equal(VerdictKind.Continue, (await RunAsync(port, "192.0.2.3", log)).Kind);
        Assert.Contains(log.Lines, static line => line.StartsWith("Warning: List bl.test cannot be asked", StringComparison.Ordinal));
    }

    private static async Task<Verdict> RunAsync(int port, string client, LogRecorder log, Func<Task>? before = null)
    {
        using DnsResolver resolver = new(
            new DnsOptions { Servers = [$"127.0.0.1:{port}"], Timeout = TimeSpan.FromMilliseconds(500), Retries = 0 }, TimeProvider.System, new MetricRecorder());
        RblFilterOptions options = new()
        {
            SkipNonGlobal = false,
            Zones = [new() { Zone = "bl.test", IncludeTxt = true }, new() { Zone = "bl6.test", IncludeTxt = true }],
        };
        PipelineBuilder builder = new(resolver, TimeProvider.System, new MetricRecorder(), new EventRecorder(TimeProvider.System), log);
        FilterInstance instance = new("lists", Registrations.Single(static filters => filters.AddRbl()), options, new DriverOptions());
        List<string> errors = [];
        await using FilterPipeline? pipeline = builder.Build(
            [new PipelineStep("lists", [instance])], new Dictionary<string, IReadOnlyDictionary<string, FilterInstance>>(StringComparer.Ordinal), errors);
        Assert.Empty(errors);
        using TestSession session = new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse(client), 40000) };
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline!.Begin(session, RejectAt.Recipient);
        await (before?.Invoke() ?? Task.CompletedTask);
        await run.ConnectAsync();
        await run.HelloAsync();
        await run.MailAsync(transaction);
        return await run.RcptAsync(transaction, transaction.Ask("rcpt@example.com"));
    }
}
