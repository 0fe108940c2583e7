using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>The test of zones at start and from time to time (RFC 5782 §5).</summary>
public sealed class RblSelfTestTests
{
    private const string TestV6 = "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.bl.example";

    [Theory]
    [InlineData("2.0.0.127.bl.example", "127.0.0.2")]
    [InlineData("2.0.0.127.bl.example", "127.0.0.9")]
    [InlineData(TestV6, "127.0.0.2")]
    public async Task Start_HealthyZone_Passes(string name, string answer)
    {
        using RblTest test = Start(FakeDns.Empty.AddAddress(name, answer), new() { Zone = "bl.example", Answers = ["127.0.0.2"] });
        Assert.Equal("Information: List bl.example passed its test", Assert.Single(test.Log.Lines));
        await test.Filter.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("203.0.113.80")]
    public async Task Start_DeadZone_IsSaidLoudly(string? answer)
    {
        FakeDns dns = answer is null ? FakeDns.Empty : FakeDns.Empty.AddAddress("2.0.0.127.bl.example", answer);
        using RblTest test = Start(dns, new() { Zone = "bl.example" });
        Assert.StartsWith("Error: List bl.example does not list 2.0.0.127.bl.example", Assert.Single(test.Log.Lines), StringComparison.Ordinal);
        await test.Filter.DisposeAsync();
    }

    [Fact]
    public async Task Start_ZoneThatListsEverything_IsNotUsedUntilItPasses()
    {
        FakeDns dns = ListsEverything();
        using RblTest test = Start(dns, new() { Zone = "bl.example" });
        Assert.StartsWith("Error: List bl.example lists 1.0.0.127.bl.example", Assert.Single(test.Log.Lines), StringComparison.Ordinal);
        Assert.Null((await test.ToRcptAsync()).Reason);
        Assert.Equal(0, dns.CountOf("6.7.8.9.bl.example", DnsRecordType.A));

        // A failure of the second test changes nothing; only a pass does.
        dns.FailAll(DnsStatus.TemporaryFailure);
        test.Harness.Time.Advance(TimeSpan.FromHours(1));
        Assert.StartsWith("Warning: List bl.example could not be tested", await LineAsync(test, 2), StringComparison.Ordinal);
        await test.Filter.DisposeAsync();
    }

    [Fact]
    public async Task Tick_ZoneRecovers_IsUsedAgain()
    {
        FakeDns dns = ListsEverything();
        using RblTest test = Start(dns, new() { Zone = "bl.example" });
        dns.Fail("1.0.0.127.bl.example", DnsStatus.NxDomain);
        test.Harness.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Information: List bl.example passed its test", await LineAsync(test, 2));
        Assert.Same(RblFilter.Listed, (await test.ToRcptAsync()).Reason);
        await test.Filter.DisposeAsync();
    }

    [Fact]
    public async Task Start_EverythingFails_IsSaidAndTheZoneStaysInUse()
    {
        using RblTest test = Start(FakeDns.AllTemporaryFailure, new() { Zone = "bl.example" });
        Assert.StartsWith("Warning: List bl.example could not be tested", Assert.Single(test.Log.Lines), StringComparison.Ordinal);
        test.Harness.Dns.FailAll(null).AddAddress("6.7.8.9.bl.example", "127.0.0.2");
        Assert.Same(RblFilter.Listed, (await test.ToRcptAsync()).Reason);
        await test.Filter.DisposeAsync();
    }

    [Fact]
    public async Task Start_DomainList_IsTestedByItsOwnEntries()
    {
        using RblTest good = Start(FakeDns.Empty.AddAddress("test.dbl.example", "127.0.1.2"), new() { Zone = "dbl.example", Subject = RblSubject.Sender });
        Assert.StartsWith("Information", Assert.Single(good.Log.Lines), StringComparison.Ordinal);
        using RblTest bad = Start(
            FakeDns.Empty.AddAddress("test.dbl.example", "127.0.1.2").AddAddress("invalid.dbl.example", "127.0.1.2"), new() { Zone = "dbl.example", Subject = RblSubject.Sender });
        Assert.StartsWith("Error: List dbl.example lists invalid.dbl.example", Assert.Single(bad.Log.Lines), StringComparison.Ordinal);
        await good.Filter.DisposeAsync();
        await bad.Filter.DisposeAsync();
    }

    [Fact]
    public async Task Start_TestSwitchedOff_AsksNothing()
    {
        using RblTest test = Start(FakeDns.Empty, new() { Zone = "bl.example", SelfTest = false });
        Assert.Empty(test.Harness.Dns.Questions);
        await test.Filter.DisposeAsync();
    }

    [Fact]
    public async Task Dispose_StopsTesting()
    {
        using RblTest test = Start(FakeDns.Empty, new() { Zone = "bl.example" });
        await test.Filter.DisposeAsync();
        int asked = test.Harness.Dns.Questions.Count;
        test.Harness.Time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(asked, test.Harness.Dns.Questions.Count);
    }

    private static FakeDns ListsEverything()
    {
        FakeDns dns = FakeDns.Empty;
        foreach (string name in new[] { "2.0.0.127", "1.0.0.127", "6.7.8.9" })
        {
            dns.AddAddress(name + ".bl.example", "127.0.0.2");
        }

        return dns;
    }

    private static RblTest Start(FakeDns dns, RblZoneOptions zone)
    {
        RblTest test = new(RblTest.Zones(zone), dns);
        test.Filter.StartSelfTest();
        return test;
    }

    // The tick of the clock continues the test on the thread pool.
    private static async Task<string> LineAsync(RblTest test, int count)
    {
        for (int attempt = 0; attempt < 100_000 && test.Log.Lines.Count < count; attempt++)
        {
            await Task.Yield();
        }

        return test.Log.Lines.Last();
    }
}
