using System.Net;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>Spf without network: MAIL with its whole evaluation, and RCPT when the result is known.</summary>
[MemoryDiagnoser]
public class SpfBenchmarks
{
    private readonly FilterHarness _passing = Create("192.0.2.25");
    private readonly FilterHarness _failing = Create("203.0.113.9");
    private readonly FilterHarness _silent = FilterHarness.Of(static filters => filters.AddSpf());
    private Recipient _known = null!;

    [GlobalSetup]
    public void Setup()
    {
        _silent.MailAsync().AsTask().GetAwaiter().GetResult();
        _known = _silent.Transaction.Ask("user@example.com");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _passing.Dispose();
        _failing.Dispose();
        _silent.Dispose();
    }

    /// <summary>A usual record: an MX of two hosts and an include.</summary>
    [Benchmark]
    public async Task<VerdictKind> MailAndRcpt_Pass() => await RunAsync(_passing);

    [Benchmark]
    public async Task<VerdictKind> MailAndRcpt_Refused() => await RunAsync(_failing);

    /// <summary>The second and each further recipient; allocates nothing.</summary>
    [Benchmark]
    public ValueTask<Verdict> Rcpt_Known() => ((IRcptFilter)_silent.Filter).OnRcptAsync(_silent.Transaction, _known, CancellationToken.None);

    private static async Task<VerdictKind> RunAsync(FilterHarness harness)
    {
        await harness.MailAsync();
        return (await harness.RcptAsync()).Kind;
    }

    private static FilterHarness Create(string client)
    {
        FakeDns dns = FakeDns.Empty.AddText("example.org", "v=spf1 mx include:spf.example.net -all").AddText("spf.example.net", "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/28 ip6:2001:db8::/32 ~all")
            .AddMx("example.org", 10, "mx1.example.org").AddMx("example.org", 20, "mx2.example.org").AddAddress("mx1.example.org", "192.0.2.24").AddAddress("mx2.example.org", "192.0.2.25");
        FilterHarness harness = FilterHarness.Of(static filters => filters.AddSpf(), new SpfFilterOptions { Behavior = "RejectFail" }, dns);
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse(client), 40000);
        return harness;
    }
}
