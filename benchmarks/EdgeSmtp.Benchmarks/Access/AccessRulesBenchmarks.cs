using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Benchmarks.Access;

/// <summary>One look-up for one connection, among many rules: what an exact address costs, what a network, and what a client that no rule is about.</summary>
[MemoryDiagnoser]
public class AccessRulesBenchmarks
{
    private readonly IPAddress _exact = IPAddress.Parse("10.0.0.1");
    private readonly IPAddress _network = IPAddress.Parse("172.16.9.9");
    private readonly IPAddress _networkV6 = IPAddress.Parse("2001:db8::9");
    private readonly IPAddress _stranger = IPAddress.Parse("203.0.113.9");
    private Func<IPAddress, string?, AccessRule?> _find = static (_, _) => null;

    [GlobalSetup]
    public void Setup()
    {
        StringBuilder text = new("172.16.0.0/12:allow\n2001:db8::/32:allow\n198.51.:deny\n=.pool.example:deny\n");
        for (int i = 0; i < 100_000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}:deny\n");
        }

        RuleTable table = new();
        foreach (RuleLine line in RuleSource.Parse(Encoding.ASCII.GetBytes(text.ToString())).Rules)
        {
            table.Add(line.Keys[0], new AccessRule("benchmark", line.Text, AccessSettings.Default));
        }

        // Rules in memory hold nothing that would have to be given back.
        AccessRules rules = new(table);
        _find = (client, name) => rules.Find(client, name);
    }

    [Benchmark]
    public AccessRule? Exact() => _find(_exact, null);

    [Benchmark]
    public AccessRule? Network() => _find(_network, null);

    [Benchmark]
    public AccessRule? NetworkV6() => _find(_networkV6, null);

    [Benchmark]
    public AccessRule? Stranger() => _find(_stranger, "host.example.net");
}
