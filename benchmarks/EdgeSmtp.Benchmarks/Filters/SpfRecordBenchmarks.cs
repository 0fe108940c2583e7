using System.Net;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Filters.Spf.Macros;
using EdgeSmtp.Filters.Spf.Records;

namespace EdgeSmtp.Benchmarks.Filters;

/// <summary>The parsers of Spf: a usual record, and a name with macros (RFC 7208 §7).</summary>
[MemoryDiagnoser]
public class SpfRecordBenchmarks
{
    private const string Record = "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a mx:mail.example.org include:spf.example.net ~all";
    private const string Name = "%{ir}.%{v}._spf.%{d2}";

    private static readonly MacroValues Values = new(IPAddress.Parse("192.0.2.3"), "alice", "client.test", "mail.client.test", "mx.relay.test", DateTimeOffset.UnixEpoch);
    private readonly MacroExpander _expander = new(Values);

    [Benchmark]
    public bool ParseRecord() => SpfRecordParser.TryParse(Record, out _, out _);

    [Benchmark]
    public string? ExpandName() => MacroParser.TryParseDomain(Name, out MacroString? macro) ? _expander.ExpandDomain(macro, "client.test", "unknown") : null;
}
