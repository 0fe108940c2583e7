using System.Net;
using CsCheck;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns.Zones;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Dns;

public sealed class ZoneFileTests
{
    private const string Zone = """
        ; a comment
        $ORIGIN Example.ORG.
        $TTL 300
        @       IN SOA ns root ( 1 3600 ; serial
                                 600 86400 0 )
                TXT  "v=spf1 mx " "-all" ; with "quotes"
                60 IN TXT "a \"b\" \\ \065;("
        	MX   10 mx
                IN 7 MX 0 .
        mx      A    192.0.2.25
                AAAA 2001:db8::25
        www     CNAME mx
        loop    CNAME loop
        1.2.0.192.in-addr.arpa. PTR mx
        deep.a.b A 192.0.2.1
        broken.example.net. FAIL
        b\195\188cher A 192.0.2.2
        """;

    [Fact]
    public async Task Records_AreAnswered()
    {
        DnsAnswer text = await AskAsync("example.org", DnsRecordType.Txt);
        Assert.Equal(["v=spf1 mx -all", "a \"b\" \\ A;("], text.Records.Cast<DnsTxtRecord>().Select(static record => System.Text.Encoding.ASCII.GetString(record.Text.Span)));
        Assert.Equal([300, 60], text.Records.Select(static record => record.Ttl.TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(60), text.Ttl);
        Assert.Equal([(10, "mx.example.org"), (0, "")], (await AskAsync("EXAMPLE.org.", DnsRecordType.Mx)).Records.Cast<DnsMxRecord>().Select(static record => ((int)record.Preference, record.Exchange)));
        Assert.Equal(IPAddress.Parse("192.0.2.25"), ((DnsAddressRecord)Assert.Single((await AskAsync("mx.example.org", DnsRecordType.A)).Records)).Address);
        Assert.Equal(IPAddress.Parse("2001:db8::25"), ((DnsAddressRecord)Assert.Single((await AskAsync("www.example.org", DnsRecordType.Aaaa)).Records)).Address);
        Assert.Equal("mx.example.org", ((DnsNameRecord)Assert.Single((await AskAsync("1.2.0.192.in-addr.arpa", DnsRecordType.Ptr)).Records)).Name);
    }

    [Theory]
    [InlineData("mx.example.org", DnsRecordType.Txt, DnsStatus.NoData)]
    [InlineData("a.b.example.org", DnsRecordType.A, DnsStatus.NoData)]
    [InlineData("nobody.example.org", DnsRecordType.A, DnsStatus.NxDomain)]
    [InlineData("a..b", DnsRecordType.A, DnsStatus.NxDomain)]
    [InlineData("broken.example.net", DnsRecordType.A, DnsStatus.TemporaryFailure)]
    [InlineData("loop.example.org", DnsRecordType.A, DnsStatus.TemporaryFailure)]
    public async Task Names_WithoutAnswer_SaySo(string name, DnsRecordType type, DnsStatus status)
    {
        DnsAnswer answer = await AskAsync(name, type);
        Assert.Equal((status, 0), (answer.Status, answer.Records.Count));
    }

    [Theory]
    [InlineData("a.example. A 300.1.2.3")]
    [InlineData("a.example. AAAA 192.0.2.1")]
    [InlineData("a.example. MX mx.example.")]
    [InlineData("a.example. MX 70000 mx.example.")]
    [InlineData("a.example. TXT")]
    [InlineData("a.example. \"TXT\" x")]
    [InlineData("a..example. A 192.0.2.1")]
    [InlineData("a.example.")]
    [InlineData("$INCLUDE other")]
    [InlineData("$TTL soon")]
    [InlineData("$ORIGIN a..b.")]
    [InlineData("a.example. CNAME b.example.\na.example. CNAME c.example.")]
    public void Faults_AreNamedWithTheirLine(string text)
    {
        ZoneFile zone = ZoneFile.Parse("; first\n\n" + text);
        Assert.Matches("^line [34]: ", Assert.Single(zone.Errors));
    }

    [Fact]
    public void AnyText_NeverThrows() => Gen.OneOf(Gen.String, Gen.Char["$ORIGTL@a.b ()\";\\\n\t09:INTXTA"].Array[0, 200].Select(static characters => new string(characters)))
        .Sample(static text => Assert.NotNull(ZoneFile.Parse(text).Errors), iter: 20_000);

    private static ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type)
    {
        ZoneFile zone = ZoneFile.Parse(Zone.Replace("b\\195\\188cher", "bücher", StringComparison.Ordinal));
        Assert.Empty(zone.Errors);
        return new ZoneResolver(zone).ResolveAsync(name, type, CancellationToken.None);
    }
}
