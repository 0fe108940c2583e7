using System.Net;
using System.Text;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Toolkit.Net;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Dns;

/// <summary>A real DNS list, asked through the resolver by the names that the toolkit makes.</summary>
public sealed class RbldnsdTests
{
    [Theory]
    [InlineData("127.0.0.2", "bl.test", "127.0.0.2")]
    [InlineData("192.0.2.15", "bl.test", "127.0.0.2")]
    [InlineData("198.51.100.66", "bl.test", "127.0.0.4")]
    [InlineData("2001:db8:bad::1", "bl6.test", "127.0.0.2")]
    public async Task Resolve_ListedAddress_IsFound(string address, string zone, string expected)
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        using DnsResolver resolver = Create(list);
        DnsAnswer answer = await resolver.ResolveAsync(ReverseName.Of(IPAddress.Parse(address), zone), DnsRecordType.A, CancellationToken.None);
        Assert.Equal(IPAddress.Parse(expected), Assert.IsType<DnsAddressRecord>(Assert.Single(answer.Records)).Address);
    }

    [Theory]
    [InlineData("127.0.0.1", "bl.test")]
    [InlineData("192.0.2.16", "bl.test")]
    [InlineData("2001:db8:900d::1", "bl6.test")]
    public async Task Resolve_UnlistedAddress_IsCertainlyNot(string address, string zone)
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        using DnsResolver resolver = Create(list);
        Assert.True((await resolver.ResolveAsync(ReverseName.Of(IPAddress.Parse(address), zone), DnsRecordType.A, CancellationToken.None)).IsNegative);
    }

    [Fact]
    public async Task Resolve_TxtOfListing_SaysWhy()
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        using DnsResolver resolver = Create(list);
        DnsAnswer answer = await resolver.ResolveAsync(ReverseName.Of(IPAddress.Parse("192.0.2.1"), "bl.test"), DnsRecordType.Txt, CancellationToken.None);
        DnsTxtRecord text = Assert.IsType<DnsTxtRecord>(Assert.Single(answer.Records));
        Assert.Equal("Listed, see http://bl.test/192.0.2.1", Encoding.ASCII.GetString(text.Text.Span));
    }

    // The list's TTL for "not listed" is 0: a listing that begins now is seen by the next session.
    [Fact]
    public async Task Resolve_NegativeTtlZero_AsksEachTime()
    {
        await using Rbldnsd list = await Rbldnsd.StartAsync();
        MetricRecorder metrics = new();
        using DnsResolver resolver = new(new DnsOptions { Servers = [$"127.0.0.1:{list.Port}"] }, TimeProvider.System, metrics);
        string name = ReverseName.Of(IPAddress.Parse("192.0.2.16"), "bl.test");
        await resolver.ResolveAsync(name, DnsRecordType.A, CancellationToken.None);
        await resolver.ResolveAsync(name, DnsRecordType.A, CancellationToken.None);
        Assert.Equal(2, metrics.Value(DnsMetrics.Questions, "network"));
    }

    [Fact]
    public async Task Resolve_ListIsKilled_IsTemporaryFailure()
    {
        string address;
        await using (Rbldnsd list = await Rbldnsd.StartAsync())
        {
            address = $"127.0.0.1:{list.Port}";
        }

        using DnsResolver resolver = new(new DnsOptions { Servers = [address], Timeout = TimeSpan.FromMilliseconds(200), Retries = 0 }, TimeProvider.System, new MetricRecorder());
        DnsAnswer answer = await resolver.ResolveAsync("2.0.0.127.bl.test", DnsRecordType.A, CancellationToken.None);
        Assert.Equal(DnsStatus.TemporaryFailure, answer.Status);
    }

    private static DnsResolver Create(Rbldnsd list) => new(new DnsOptions { Servers = [$"127.0.0.1:{list.Port}"] }, TimeProvider.System, new MetricRecorder());
}
