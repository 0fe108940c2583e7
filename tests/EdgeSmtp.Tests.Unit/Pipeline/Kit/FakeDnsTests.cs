using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Testing.Dns;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

public sealed class FakeDnsTests
{
    [Fact]
    public async Task Zones_AnswerByTypeAndWithoutRegardToCase()
    {
        FakeDns dns = FakeDns.Empty.AddAddress("Mail.Example.", "192.0.2.1", "2001:db8::1").AddMx("example", 10, "mail.example").AddText("example", "v=spf1 -all");
        Assert.Equal("192.0.2.1", ((DnsAddressRecord)Assert.Single((await Ask(dns, "MAIL.example", DnsRecordType.A)).Records)).Address.ToString());
        Assert.Single((await Ask(dns, "mail.example", DnsRecordType.Aaaa)).Records);
        Assert.Equal(DnsStatus.NoData, (await Ask(dns, "mail.example", DnsRecordType.Txt)).Status);
        Assert.Equal(DnsStatus.NxDomain, (await Ask(dns, "other.example", DnsRecordType.A)).Status);
        Assert.Equal("v=spf1 -all"u8.ToArray(), ((DnsTxtRecord)(await Ask(dns, "example", DnsRecordType.Txt)).Records[0]).Text.ToArray());
        Assert.Equal(1, dns.CountOf("mail.example", DnsRecordType.A));
        Assert.Equal(5, dns.Questions.Count);
    }

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public async Task Reverse_HasItsNameInTheTree(string address, string name)
    {
        FakeDns dns = FakeDns.Empty.AddReverse(address, "host.example");
        Assert.Equal("host.example", ((DnsNameRecord)(await Ask(dns, name, DnsRecordType.Ptr)).Records[0]).Name);
    }

    [Fact]
    public async Task Failures_OfOneNameOrOfAll_AreAnswers()
    {
        FakeDns dns = FakeDns.Empty.AddAddress("a.example", "192.0.2.1").Fail("a.example").Fail("b.example", DnsStatus.Bogus);
        Assert.Equal(DnsStatus.TemporaryFailure, (await Ask(dns, "a.example", DnsRecordType.A)).Status);
        Assert.Equal(DnsStatus.Bogus, (await Ask(dns, "b.example", DnsRecordType.A)).Status);
        Assert.Equal(DnsStatus.TemporaryFailure, (await Ask(FakeDns.AllTemporaryFailure, "c.example", DnsRecordType.A)).Status);
    }

    [Fact]
    public async Task Delay_PassesOnTheClockOfTheTest()
    {
        FakeTimeProvider time = new();
        FakeDns dns = FakeDns.Empty.AddAddress("a.example", "192.0.2.1").Delay("a.example", TimeSpan.FromSeconds(3));
        dns.Time = time;
        ValueTask<DnsAnswer> pending = Ask(dns, "a.example", DnsRecordType.A);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(pending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DnsStatus.Found, (await pending).Status);
    }

    [Fact]
    public async Task Wait_Cancelled_Throws()
    {
        using CancellationTokenSource source = new();
        ValueTask<DnsAnswer> pending = FakeDns.Empty.DelayAll(TimeSpan.FromHours(1)).ResolveAsync("a.example", DnsRecordType.A, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.AsTask());
    }

    private static ValueTask<DnsAnswer> Ask(FakeDns dns, string name, DnsRecordType type) => dns.ResolveAsync(name, type, CancellationToken.None);
}
