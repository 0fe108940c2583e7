using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.HeloCheck;

/// <summary>The modes that ask the DNS: at HELO, awaited at RCPT.</summary>
public sealed class HeloCheckDnsTests
{
    private const string Name = "mail.example.org";

    [Theory]
    [InlineData("198.51.100.7")]
    [InlineData("2001:db8::7")]
    public async Task Address_NameWithAOrAaaa_Passes(string address) =>
        Assert.Null(await TokenAsync("A", FakeDns.Empty.AddAddress(Name, address)));

    // Nothing waits at HELO: a client that goes round there must not fill the resolver, which all sessions share.
    [Fact]
    public async Task Hello_AgainAndAgain_HasOneLookupAtATime()
    {
        FakeDns dns = FakeDns.Empty.AddAddress("h0.example", "198.51.100.7").DelayAll(TimeSpan.FromSeconds(3));
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddHeloCheck(), new HeloCheckFilterOptions { Mode = "A" }, dns);
        await harness.HelloAsync("h0.example");
        int once = dns.Questions.Count;
        for (int i = 1; i < 1_000; i++)
        {
            await harness.HelloAsync($"h{i}.example");
            await harness.HelloAsync("[192.0.2.1]");
        }

        await harness.HelloAsync("last.example");
        Assert.Equal(once, dns.Questions.Count);
        await harness.MailAsync();
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        Assert.Equal(2 * once, dns.Questions.Count);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("helo-unknown", (await waiting).Reason?.Token);
    }

    [Fact]
    public async Task Address_NameWithNeither_IsRefused() => Assert.Equal("helo-unknown", await TokenAsync("A", FakeDns.Empty.AddMx(Name, 10, "mx.example.org")));

    [Fact]
    public async Task Address_NameThatDoesNotExist_IsRefused() => Assert.Equal("helo-unknown", await TokenAsync("A", FakeDns.Empty));

    [Fact]
    public async Task Mx_NameWithMx_Passes() => Assert.Null(await TokenAsync("M", FakeDns.Empty.AddMx(Name, 10, "mx.example.org")));

    // RFC 5321 §5.1: an address stands for the MX that is not there.
    [Fact]
    public async Task Mx_NameWithAddressOnly_Passes() => Assert.Null(await TokenAsync("M", FakeDns.Empty.AddAddress(Name, "2001:db8::7")));

    // RFC 7505 §3: a null MX is no mail exchanger, and says nothing of the host.
    [Theory]
    [InlineData(false, "helo-unknown")]
    [InlineData(true, null)]
    public async Task Mx_NullMx_FallsBackToAddress(bool hasAddress, string? token)
    {
        FakeDns dns = FakeDns.Empty.AddMx(Name, 0, "");
        Assert.Equal(token, await TokenAsync("M", hasAddress ? dns.AddAddress(Name, "198.51.100.7") : dns));
    }

    [Theory]
    [InlineData("A", DnsStatus.TemporaryFailure)]
    [InlineData("A", DnsStatus.Bogus)]
    [InlineData("M", DnsStatus.TemporaryFailure)]
    [InlineData("M", DnsStatus.Bogus)]
    [InlineData("=", DnsStatus.TemporaryFailure)]
    [InlineData("=", DnsStatus.Bogus)]
    public async Task AnyMode_DnsFails_IsDeferred(string mode, DnsStatus status) => Assert.Equal("helo-dns-failed", await TokenAsync(mode, FakeDns.Empty.FailAll(status)));

    [Fact]
    public async Task ClientName_ThatPointsBothWays_Passes() =>
        Assert.Null(await TokenAsync("=", FakeDns.Empty.AddReverse("192.0.2.1", Name).AddAddress(Name, "198.51.100.7", "192.0.2.1")));

    [Fact]
    public async Task ClientName_AmongSeveralPointers_Passes() =>
        Assert.Null(await TokenAsync("=", FakeDns.Empty.AddReverse("192.0.2.1", "other.example.org").AddReverse("192.0.2.1", "MAIL.example.org").AddAddress(Name, "192.0.2.1")));

    [Fact]
    public async Task ClientName_KnownToTheSession_NeedsNoQuestion()
    {
        using FilterHarness harness = Create("=", FakeDns.Empty);
        harness.Session.ReverseDns = "Mail.example.org";
        Assert.Null((await harness.HelloAsync(Name + ".")).Reason);
        await harness.MailAsync();
        Assert.Null((await harness.RcptAsync()).Reason);
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task ClientName_ForwardElsewhere_IsRefused() =>
        Assert.Equal("helo-not-client-name", await TokenAsync("=", FakeDns.Empty.AddReverse("192.0.2.1", Name).AddAddress(Name, "198.51.100.7")));

    [Fact]
    public async Task ClientName_PointerElsewhere_IsRefused() =>
        Assert.Equal("helo-not-client-name", await TokenAsync("=", FakeDns.Empty.AddReverse("192.0.2.1", "other.example.org").AddAddress(Name, "192.0.2.1")));

    [Fact]
    public async Task ClientName_ForwardFails_IsDeferred() =>
        Assert.Equal("helo-dns-failed", await TokenAsync("=", FakeDns.Empty.AddReverse("192.0.2.1", Name).Fail(Name)));

    [Theory]
    [InlineData("[192.0.2.1]", null)]
    [InlineData("[192.0.2.2]", "helo-not-client-name")]
    [InlineData("not a name", "helo-not-client-name")]
    public async Task ClientName_Literals_AreTheClientsOrNot(string name, string? token)
    {
        using FilterHarness harness = Create("=", FakeDns.Empty);
        Assert.Equal(token, (await harness.HelloAsync(name)).Reason?.Token);
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task ClientName_V6Client_Passes()
    {
        FakeDns dns = FakeDns.Empty.AddReverse("2001:db8::1", Name).AddAddress(Name, "2001:db8::1");
        using FilterHarness harness = Create("=", dns);
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1);
        await harness.HelloAsync(Name);
        await harness.MailAsync();
        Assert.Null((await harness.RcptAsync()).Reason);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("M")]
    public async Task DnsModes_Literal_IsNotAsked(string mode)
    {
        using FilterHarness harness = Create(mode, FakeDns.Empty);
        Assert.Null((await harness.HelloAsync("[192.0.2.77]")).Reason);
        await harness.MailAsync();
        Assert.Null((await harness.RcptAsync()).Reason);
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task Hello_SlowDns_IsAnsweredAtOnce_AndAwaitedAtRcpt()
    {
        using FilterHarness harness = Create("A", FakeDns.Empty.AddAddress(Name, "192.0.2.1").Delay(Name, TimeSpan.FromSeconds(3)));
        Task<Verdict> hello = harness.HelloAsync(Name).AsTask();
        Assert.True(hello.IsCompletedSuccessfully);
        await harness.MailAsync();
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null((await waiting).Reason);
    }

    [Fact]
    public async Task Rcpt_StageIsCancelled_EndsTheWaitNotTheLookup()
    {
        using FilterHarness harness = Create("A", FakeDns.Empty.AddAddress(Name, "192.0.2.1").Delay(Name, TimeSpan.FromSeconds(3)));
        await harness.HelloAsync(Name);
        await harness.MailAsync();
        using CancellationTokenSource deadline = new();
        Task<Verdict> waiting = harness.RcptAsync(cancellationToken: deadline.Token).AsTask();
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null((await harness.RcptAsync()).Reason);
    }

    [Fact]
    public async Task Session_Aborted_EndsTheLookup()
    {
        using FilterHarness harness = Create("A", FakeDns.Empty.Delay(Name, TimeSpan.FromSeconds(3)));
        await harness.HelloAsync(Name);
        await harness.MailAsync();
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        harness.Session.Abort();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await harness.EndAsync();
    }

    // RFC 5321 §4.1.4: EHLO may come again; only the last name counts.
    [Fact]
    public async Task Hello_Again_ReplacesTheLookup()
    {
        using FilterHarness harness = Create("A", FakeDns.Empty.AddAddress(Name, "192.0.2.1"));
        await harness.HelloAsync("nobody.example.org");
        await harness.HelloAsync(Name);
        await harness.MailAsync();
        Assert.Null((await harness.RcptAsync()).Reason);
        await harness.HelloAsync("nobody.example.org");
        await harness.MailAsync();
        Assert.Equal("helo-unknown", (await harness.RcptAsync()).Reason?.Token);
    }

    [Fact]
    public async Task Rcpt_SeveralRecipients_AskOnce()
    {
        using FilterHarness harness = Create("A", FakeDns.Empty.AddAddress(Name, "192.0.2.1"));
        await harness.HelloAsync(Name);
        await harness.MailAsync();
        for (int i = 0; i < 5; i++)
        {
            Assert.Null((await harness.RcptAsync($"r{i}@example.com")).Reason);
        }

        Assert.Equal(1, harness.Dns.CountOf(Name, DnsRecordType.A));
    }

    [Fact]
    public async Task Sessions_Interleaved_KeepTheirOwnNames()
    {
        using FilterHarness harness = Create("A", FakeDns.Empty.AddAddress(Name, "192.0.2.1"));
        await harness.HelloAsync("nobody.example.org");
        await harness.MailAsync();
        Transaction first = harness.Transaction;
        harness.NextSession();
        await harness.HelloAsync(Name);
        await harness.MailAsync();
        Assert.Null((await harness.RcptAsync()).Reason);
        Verdict other = await ((IRcptFilter)harness.Filter).OnRcptAsync(first, harness.Transaction.Ask("r@example.com"), CancellationToken.None);
        Assert.Equal("helo-unknown", other.Reason?.Token);
    }

    private static async Task<string?> TokenAsync(string mode, FakeDns dns)
    {
        using FilterHarness harness = Create(mode, dns);
        Assert.Null((await harness.HelloAsync(Name)).Reason);
        await harness.MailAsync();
        string? token = (await harness.RcptAsync()).Reason?.Token;
        await harness.EndAsync();
        return token;
    }

    private static FilterHarness Create(string mode, FakeDns dns) => FilterHarness.Of(static filters => filters.AddHeloCheck(), new HeloCheckFilterOptions { Mode = mode }, dns);
}
