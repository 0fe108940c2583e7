using System.Net;
using System.Text;
using EdgeSmtp.Abstractions.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>What every resolver owes its callers, whatever carries its questions. Asked of the zone <c>contract.test</c>, which each heir serves.</summary>
public abstract class ResolverContract
{
    /// <summary>The zone in the syntax of RFC 1035 §5, for servers that read it; its SOA and NS are the server's.</summary>
    protected const string ZoneText = """
        host 300 IN A 192.0.2.1
        host 300 IN A 192.0.2.2
        host 300 IN AAAA 2001:db8::1
        v4only 300 IN A 192.0.2.3
        @ 300 IN MX 20 mx2.contract.test.
        @ 300 IN MX 10 mx1.contract.test.
        nomail 300 IN MX 0 .
        alias 300 IN CNAME middle.contract.test.
        middle 300 IN CNAME host.contract.test.
        text 300 IN TXT "v=spf1 " "-all"
        1.2.0.192.in-addr 300 IN PTR host.contract.test.
        _25._tcp.host 300 IN TLSA 3 1 1 0001020304050607080910111213141516171819202122232425262728293031
        """;

    protected abstract ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type);

    [Fact]
    public async Task Resolve_HostWithTwoAddresses_GivesBoth()
    {
        DnsAnswer answer = await AskAsync("host.contract.test", DnsRecordType.A);
        Assert.Equal(DnsStatus.Found, answer.Status);
        Assert.Equal(
            [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")],
            answer.Records.Cast<DnsAddressRecord>().Select(static record => record.Address).OrderBy(static address => address.ToString(), StringComparer.Ordinal));
        Assert.Equal(TimeSpan.FromSeconds(300), answer.Ttl);
        Assert.False(answer.Authenticated);
    }

    [Fact]
    public async Task Resolve_Aaaa_GivesV6Address()
    {
        DnsAnswer answer = await AskAsync("host.contract.test", DnsRecordType.Aaaa);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), Assert.IsType<DnsAddressRecord>(Assert.Single(answer.Records)).Address);
    }

    [Theory]
    [InlineData("HOST.Contract.TEST")]
    [InlineData("host.contract.test.")]
    public async Task Resolve_CaseAndFinalDot_PlayNoPart(string name) =>
        Assert.Equal(DnsStatus.Found, (await AskAsync(name, DnsRecordType.A)).Status);

    [Fact]
    public async Task Resolve_Mx_GivesPreferencesAndLowerCaseNames()
    {
        DnsAnswer answer = await AskAsync("contract.test", DnsRecordType.Mx);
        Assert.Equal(
            [(10, "mx1.contract.test"), (20, "mx2.contract.test")],
            answer.Records.Cast<DnsMxRecord>().Select(static mx => ((int)mx.Preference, mx.Exchange)).Order());
    }

    [Fact]
    public async Task Resolve_NullMx_HasEmptyExchange()
    {
        DnsMxRecord mx = Assert.IsType<DnsMxRecord>(Assert.Single((await AskAsync("nomail.contract.test", DnsRecordType.Mx)).Records));
        Assert.Equal((0, string.Empty), (mx.Preference, mx.Exchange));
    }

    [Fact]
    public async Task Resolve_ChainOfAliases_IsFollowed()
    {
        DnsAnswer answer = await AskAsync("alias.contract.test", DnsRecordType.A);
        Assert.Equal(DnsStatus.Found, answer.Status);
        Assert.Equal(2, answer.Records.Count);
    }

    [Fact]
    public async Task Resolve_CnameItself_IsNotFollowed()
    {
        DnsAnswer answer = await AskAsync("alias.contract.test", DnsRecordType.Cname);
        Assert.Equal("middle.contract.test", Assert.IsType<DnsNameRecord>(Assert.Single(answer.Records)).Name);
    }

    [Fact]
    public async Task Resolve_AliasWhoseTargetLacksTheType_IsNoData() =>
        Assert.Equal(DnsStatus.NoData, (await AskAsync("alias.contract.test", DnsRecordType.Mx)).Status);

    [Fact]
    public async Task Resolve_Txt_JoinsItsStringsWithoutSeparator()
    {
        DnsTxtRecord txt = Assert.IsType<DnsTxtRecord>(Assert.Single((await AskAsync("text.contract.test", DnsRecordType.Txt)).Records));
        Assert.Equal("v=spf1 -all", Encoding.ASCII.GetString(txt.Text.Span));
    }

    [Fact]
    public async Task Resolve_Ptr_GivesName() =>
        Assert.Equal("host.contract.test", Assert.IsType<DnsNameRecord>(Assert.Single((await AskAsync("1.2.0.192.in-addr.contract.test", DnsRecordType.Ptr)).Records)).Name);

    [Fact]
    public async Task Resolve_Tlsa_GivesItsFields()
    {
        DnsTlsaRecord tlsa = Assert.IsType<DnsTlsaRecord>(Assert.Single((await AskAsync("_25._tcp.host.contract.test", DnsRecordType.Tlsa)).Records));
        Assert.Equal((3, 1, 1, 32), (tlsa.Usage, tlsa.Selector, tlsa.MatchingType, tlsa.Data.Length));
        Assert.Equal(0x31, tlsa.Data.Span[31]);
    }

    [Fact]
    public async Task Resolve_NameWithoutThatType_IsNoData()
    {
        DnsAnswer answer = await AskAsync("v4only.contract.test", DnsRecordType.Aaaa);
        Assert.Equal(DnsStatus.NoData, answer.Status);
        Assert.Empty(answer.Records);
    }

    [Fact]
    public async Task Resolve_NameThatDoesNotExist_IsNxDomain()
    {
        DnsAnswer answer = await AskAsync("nobody.contract.test", DnsRecordType.A);
        Assert.Equal(DnsStatus.NxDomain, answer.Status);
        Assert.Empty(answer.Records);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..contract.test")]
    [InlineData(".contract.test")]
    [InlineData("with space.contract.test")]
    [InlineData("bücher.contract.test")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890abcd.contract.test")]
    public async Task Resolve_NameThatCannotExist_IsNxDomain(string name) =>
        Assert.Equal(DnsStatus.NxDomain, (await AskAsync(name, DnsRecordType.A)).Status);

    [Fact]
    public async Task Resolve_ZoneThatTheServerDoesNotServe_IsTemporaryFailure()
    {
        // REFUSED is not "no such name": another moment, or another server, may know.
        DnsAnswer answer = await AskAsync("host.elsewhere.test", DnsRecordType.A);
        Assert.Equal(DnsStatus.TemporaryFailure, answer.Status);
        Assert.Equal(TimeSpan.Zero, answer.Ttl);
    }
}
