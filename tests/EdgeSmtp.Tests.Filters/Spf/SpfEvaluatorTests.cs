using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf.Evaluation;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>What the suite of RFC 7208 does not ask.</summary>
public sealed class SpfEvaluatorTests
{
    [Theory]
    [InlineData(DnsStatus.TemporaryFailure)]
    [InlineData(DnsStatus.Bogus)]
    public async Task Dns_FailsForTheRecordOrATerm_IsTempError(DnsStatus status)
    {
        Assert.Equal(SpfStatus.TempError, (await SpfTest.EvaluateAsync(FakeDns.Empty.Fail(SpfTest.Domain, status))).Status);
        foreach (string term in new[] { "a:x.example.net", "mx:x.example.net", "exists:x.example.net", "include:x.example.net", "redirect=x.example.net" })
        {
            FakeDns dns = SpfTest.Record($"v=spf1 {term}").Fail("x.example.net", status);
            Assert.Equal((term, SpfStatus.TempError), (term, (await SpfTest.EvaluateAsync(dns)).Status));
        }
    }

    // A resolver that answers with what nobody asked for: nothing matches, nothing breaks.
    [Fact]
    public async Task Dns_AnswersGarbage_IsNoMatch()
    {
        SpfEvaluator evaluator = new(new Garbage(), TimeProvider.System, SpfPolicy.Default);
        SpfResult result = await evaluator.EvaluateAsync(
            new SpfQuery(System.Net.IPAddress.Parse(SpfTest.Client), SpfIdentity.MailFrom, "a", SpfTest.Domain, "h", "r"), null, CancellationToken.None);
        Assert.Equal((SpfStatus.Fail, null), (result.Status, result.Explanation));
    }

    // RFC 7208 §5.5.
    [Fact]
    public async Task Dns_FailsForNamesOfTheClient_IsNoMatch()
    {
        FakeDns dns = SpfTest.Record("v=spf1 ptr ?all").AddReverse(SpfTest.Client, "a.example.org").AddReverse(SpfTest.Client, "b.example.org").Fail("a.example.org").AddAddress("b.example.org", SpfTest.Client);
        Assert.Equal(SpfStatus.Pass, (await SpfTest.EvaluateAsync(dns)).Status);
        dns = SpfTest.Record("v=spf1 ptr ?all").Fail(ReverseName.Of(System.Net.IPAddress.Parse(SpfTest.Client)));
        Assert.Equal(SpfStatus.Neutral, (await SpfTest.EvaluateAsync(dns)).Status);
    }

    [Theory]
    [InlineData(0, 1, SpfStatus.PermError)]
    [InlineData(2, 2, SpfStatus.Fail)]
    [InlineData(2, 3, SpfStatus.PermError)]
    [InlineData(10, 10, SpfStatus.Fail)]
    public async Task VoidLookups_UpToTheLimit_AreBorne(int max, int terms, SpfStatus expected)
    {
        FakeDns dns = SpfTest.Record($"v=spf1 {string.Join(' ', Enumerable.Range(0, terms).Select(static i => $"a:n{i}.example.net"))} -all");
        Assert.Equal(expected, (await SpfTest.EvaluateAsync(dns, new SpfPolicy { VoidLookupsMax = max })).Status);
    }

    // RFC 7208 §4.6.4 counts terms: hosts of an MX that have no IPv6 are one void term, not many.
    [Fact]
    public async Task VoidLookups_OfOneTerm_CountOnce()
    {
        FakeDns dns = SpfTest.Record("v=spf1 mx ip6:2001:db8::1 -all");
        for (int i = 0; i < 5; i++)
        {
            dns.AddMx(SpfTest.Domain, 10, $"mx{i}.example.org").AddAddress($"mx{i}.example.org", "192.0.2.9");
        }

        Assert.Equal(SpfStatus.Pass, (await SpfTest.EvaluateAsync(dns, client: "2001:db8::1")).Status);
    }

    // RFC 7208 §4.6.4: what the sender cannot know of the client is not counted against him.
    [Fact]
    public async Task VoidLookups_OfNamesOfTheClient_AreNotCounted()
    {
        FakeDns dns = SpfTest.Record("v=spf1 ptr a:n1.example.net a:n2.example.net -all");
        for (int i = 0; i < 12; i++)
        {
            dns.AddReverse(SpfTest.Client, $"gone{i}.example.net");
        }

        Assert.Equal(SpfStatus.Fail, (await SpfTest.EvaluateAsync(dns)).Status);
        Assert.Equal(14, dns.Questions.Count);
    }

    // The most that a domain can make us ask: 1 record, 10 terms of 10 hosts.
    [Fact]
    public async Task Questions_OfTheWorstRecord_AreBounded()
    {
        FakeDns dns = SpfTest.Record($"v=spf1 {string.Join(' ', Enumerable.Range(0, 11).Select(static i => $"mx:m{i}.example.net"))} -all");
        for (int i = 0; i < 11; i++)
        {
            for (int j = 0; j < 10; j++)
            {
                dns.AddMx($"m{i}.example.net", 10, $"h{j}.m{i}.example.net").AddAddress($"h{j}.m{i}.example.net", "198.51.100.1");
            }
        }

        Assert.Equal(SpfStatus.PermError, (await SpfTest.EvaluateAsync(dns)).Status);
        Assert.Equal(1 + (10 * 11), dns.Questions.Count);
    }

    // RFC 8616 §4: a local part that is not ASCII cannot be asked for.
    [Theory]
    [InlineData("exists:%{l}.example.net", SpfStatus.Fail)]
    [InlineData("-exists:%{s}.example.net ip4:192.0.2.1", SpfStatus.Pass)]
    [InlineData("include:%{l}.example.net ip4:192.0.2.1", SpfStatus.Pass)]
    public async Task LocalPart_NotAscii_MakesTermsNotMatch(string terms, SpfStatus expected)
    {
        FakeDns dns = SpfTest.Record($"v=spf1 {terms} -all");
        Assert.Equal(expected, (await SpfTest.EvaluateAsync(dns, localPart: "grün")).Status);
        Assert.Single(dns.Questions);
    }

    [Fact]
    public async Task Client_V4Mapped_IsV4() => Assert.Equal(SpfStatus.Pass, (await SpfTest.EvaluateAsync(SpfTest.Record("v=spf1 ip4:192.0.2.1 -all"), client: "::ffff:192.0.2.1")).Status);

    [Fact]
    public async Task Client_WithScopeId_IsItsAddress() => Assert.Equal(SpfStatus.Pass, (await SpfTest.EvaluateAsync(SpfTest.Record("v=spf1 ip6:fe80::1 -all"), client: "fe80::1%3")).Status);

    [Theory]
    [InlineData("ip6:::ffff:0:0/96 -all", "2001:db8::1", SpfStatus.Fail)]
    [InlineData("ip6:::/0 -all", "2001:db8::1", SpfStatus.Pass)]
    [InlineData("ip6:2001:db8::/127 -all", "2001:db8::1", SpfStatus.Pass)]
    [InlineData("ip6:2001:db8::/128 -all", "2001:db8::1", SpfStatus.Fail)]
    [InlineData("ip4:192.0.2.2/31 -all", "192.0.2.3", SpfStatus.Pass)]
    [InlineData("ip4:192.0.2.2/31 -all", "192.0.2.4", SpfStatus.Fail)]
    public async Task Networks_AtTheirEdges(string terms, string client, SpfStatus expected) =>
        Assert.Equal(expected, (await SpfTest.EvaluateAsync(SpfTest.Record($"v=spf1 {terms}"), client: client)).Status);

    // RFC 7208 §3.3, §3.4: a long record comes in several strings.
    [Fact]
    public async Task Record_OfManyTerms_IsEvaluated() =>
        Assert.Equal(SpfStatus.Pass, (await SpfTest.EvaluateAsync(SpfTest.Record($"v=spf1 {string.Join(' ', Enumerable.Repeat("ip4:203.0.113.7", 2_000))} ip4:192.0.2.1 -all"))).Status);

    [Fact]
    public async Task Observer_IsToldEveryStep()
    {
        FakeDns dns = SpfTest.Record("v=spf1 mx include:i.example.net -all").AddMx(SpfTest.Domain, 10, "mx.example.org").AddAddress("mx.example.org", "192.0.2.9").AddText("i.example.net", "v=spf1 ?all");
        List<SpfStep> steps = [];
        await new SpfEvaluator(dns, TimeProvider.System, SpfPolicy.Default).EvaluateAsync(
            new SpfQuery(System.Net.IPAddress.Parse(SpfTest.Client), SpfIdentity.MailFrom, "a", SpfTest.Domain, "h", "r"), steps.Add, CancellationToken.None);
        Assert.Equal(
            [
                "Lookup 0 example.org TXT: \"v=spf1 mx include:i.example.net -all\" 0",
                "Record 0 example.org: SPF record 0",
                "Lookup 0 example.org MX: 10 mx.example.org 1",
                "Lookup 0 mx.example.org A: 192.0.2.9 1",
                "Mechanism 0 mx: no match 1",
                "Lookup 1 i.example.net TXT: \"v=spf1 ?all\" 2",
                "Record 1 i.example.net: SPF record 2",
                "Mechanism 1 ?all: match: neutral 2",
                "Mechanism 0 include:i.example.net: no match 2",
                "Mechanism 0 -all: match: fail 2",
            ],
            steps.Select(static step => $"{step.Kind} {step.Depth} {step.Subject}: {step.Outcome} {step.Lookups}"));
    }

    private sealed class Garbage : IDnsResolver
    {
        private static readonly DnsAnswer Record = Found(new DnsTxtRecord("v=spf1 a mx ptr exists:x.example.net -all exp=why.example.org"u8.ToArray(), TimeSpan.Zero));

        private static readonly DnsAnswer Other = Found(new DnsTlsaRecord(1, 2, 3, new byte[] { 0, 255 }, TimeSpan.Zero));

        public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => new(type == DnsRecordType.Txt && name == SpfTest.Domain ? Record : Other);

        private static DnsAnswer Found(DnsRecord record) => new(DnsStatus.Found, [record], TimeSpan.Zero, false);
    }
}
