using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>Rbl with six lists whose answers are there at once: what the filter costs besides the DNS.</summary>
[MemoryDiagnoser]
public class RblBenchmarks
{
    private const int Lists = 6;

    private HarnessContext _context = null!;
    private RblFilter _filter = null!;
    private RblFilter _deciding = null!;
    private TestSession _known = null!;
    private TestTransaction _transaction = null!;
    private Recipient _recipient = null!;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _context = NewContext();
        RblFilterOptions options = new() { Zones = [.. Enumerable.Range(0, Lists).Select(static i => new RblZoneOptions { Zone = $"l{i}.example" })] };
        _filter = NewFilter(options, _context);
        _deciding = NewFilter(options with { Decision = "-No" }, _context);
        _known = NewClient(7);
        await _filter.OnConnectAsync(_known, CancellationToken.None);
        _transaction = new TestTransaction(_known);
        _recipient = _transaction.Ask("user@example.com");
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _filter.DisposeAsync();
        await _deciding.DisposeAsync();
        _context.Dispose();
        _known.Dispose();
    }

    [Benchmark(Baseline = true)]
    public Task<Verdict> PassSixLists() => RunAsync(7);

    [Benchmark]
    public Task<Verdict> RefuseListed() => RunAsync(6);

    [Benchmark]
    public ValueTask<Verdict> PassNextRecipient() => _filter.OnRcptAsync(_transaction, _recipient, CancellationToken.None);

    [Benchmark]
    public ValueTask<Verdict> RefuseByDecision() => _deciding.OnConnectAsync(_known, CancellationToken.None);

    private static HarnessContext NewContext() =>
        new("lists", new OneListResolver(), TimeProvider.System, Registrations.Single(static filters => filters.AddRbl()).Traits);

    private static RblFilter NewFilter(RblFilterOptions options, FilterContext context) => new(options, context);

    private static TestSession NewClient(byte last) => new() { ClientEndPoint = new(new System.Net.IPAddress([9, 8, 7, last]), 40000) };

    private async Task<Verdict> RunAsync(byte last)
    {
        using TestSession session = NewClient(last);
        await _filter.OnConnectAsync(session, CancellationToken.None);
        TestTransaction transaction = new(session);
        Verdict verdict = await _filter.OnRcptAsync(transaction, transaction.Ask("user@example.com"), CancellationToken.None);
        return verdict;
    }

    /// <summary>The third list knows 9.8.7.6.</summary>
    private sealed class OneListResolver : IDnsResolver
    {
        private static readonly DnsAnswer Listed = new(DnsStatus.Found, [new DnsAddressRecord(new System.Net.IPAddress([127, 0, 0, 2]), TimeSpan.Zero)], TimeSpan.Zero, false);
        private static readonly DnsAnswer NotListed = new(DnsStatus.NxDomain, [], TimeSpan.Zero, false);

        public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => new(name == "6.7.8.9.l2.example" ? Listed : NotListed);
    }
}
