using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>GreetDelay with clients that are new, remembered, and caught; 10,000 are remembered.</summary>
[MemoryDiagnoser]
public class GreetDelayBenchmarks
{
    private FilterHarness _harness = null!;
    private GreetDelayFilter _filter = null!;
    private TestSession _known = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _harness = FilterHarness.Of(static filters => filters.AddGreetDelay(), new GreetDelayFilterOptions { DelayedMax = 1_000_000 });
        _filter = (GreetDelayFilter)_harness.Filter;
        for (int i = 0; i < 10_000; i++)
        {
            _known = Client(i);
            await SendMailAsync(_known);
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _harness.Dispose();

    [Benchmark(Baseline = true)]
    public ValueTask<Verdict> ConnectRemembered() => _filter.OnConnectAsync(_known, CancellationToken.None);

    [Benchmark]
    public async Task NewClientThatSendsMail()
    {
        using TestSession session = new();
        await SendMailAsync(session);
    }

    [Benchmark]
    public async Task<Verdict> RefuseEarlyTalk()
    {
        using TestSession session = new();
        await _filter.OnConnectAsync(session, CancellationToken.None);
        Verdict verdict = await _filter.OnViolationAsync(session, ProtocolViolation.EarlyTalk, CancellationToken.None);
        await _filter.OnSessionEndAsync(session);
        return verdict;
    }

    private static TestSession Client(int i) => new() { ClientEndPoint = new(new System.Net.IPAddress([198, 51, (byte)(i >> 8), (byte)i]), 40000) };

    private async ValueTask SendMailAsync(TestSession session)
    {
        await _filter.OnConnectAsync(session, CancellationToken.None);
        await _filter.OnHelloAsync(session, CancellationToken.None);
        await _filter.OnMailAsync(new TestTransaction(session), CancellationToken.None);
        await _filter.OnSessionEndAsync(session);
    }
}
