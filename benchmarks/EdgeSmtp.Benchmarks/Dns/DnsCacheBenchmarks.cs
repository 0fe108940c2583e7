using System.Globalization;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns;
using EdgeSmtp.Dns.Cache;

namespace EdgeSmtp.Benchmarks.Dns;

/// <summary>A full cache: what it knows, what it does not, and what it takes in another's place.</summary>
[MemoryDiagnoser]
public class DnsCacheBenchmarks
{
    private const int Entries = 10_000;
    private static readonly DnsAnswer NotListed = new(DnsStatus.NxDomain, [], TimeSpan.FromMinutes(5), false);
    private readonly DnsCache _cache = new(Entries, 64 << 20, TimeProvider.System);
    private readonly DnsKey[] _keys = [.. Enumerable.Range(0, 2 * Entries).Select(static i => new DnsKey(i.ToString(CultureInfo.InvariantCulture) + ".list.example", DnsRecordType.A))];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Entries; i++)
        {
            _cache.Keep(_keys[i], NotListed, TimeSpan.FromHours(1));
        }
    }

    [Benchmark]
    public DnsAnswer? FindKnown() => _cache.Find(_keys[Entries - 1]);

    [Benchmark]
    public DnsAnswer? FindUnknown() => _cache.Find(new DnsKey("unknown.example", DnsRecordType.A));

    [Benchmark]
    public void KeepInPlaceOfAnother()
    {
        _next = (_next + 1) % _keys.Length;
        _cache.Keep(_keys[_next], NotListed, TimeSpan.FromHours(1));
    }
}
