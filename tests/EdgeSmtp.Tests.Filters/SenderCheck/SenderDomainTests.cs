using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>MFDNSCHECK: whether the domain of the sender can take mail. Asked at MAIL, awaited at RCPT.</summary>
public sealed class SenderDomainTests
{
    private const string Domain = "sender.example";
    private const string Sender = "a@" + Domain;

    [Fact]
    public async Task Domain_WithMx_Passes()
    {
        FakeDns dns = FakeDns.Empty.AddMx(Domain, 10, "mx.elsewhere.example");
        Assert.Null(await TokenAsync(dns));
        Assert.Equal([new DnsQuestion(Domain, DnsRecordType.Mx)], dns.Questions);
    }

    // RFC 5321 §5.1: an address stands for the MX that is not there.
    [Theory]
    [InlineData("198.51.100.7")]
    [InlineData("2001:db8::7")]
    public async Task Domain_WithAddressOnly_Passes(string address) => Assert.Null(await TokenAsync(FakeDns.Empty.AddAddress(Domain, address)));

    [Fact]
    public async Task Domain_WithNeither_IsRefused() => Assert.Equal("sender-domain-unknown", await TokenAsync(FakeDns.Empty.AddText(Domain, "v=spf1 -all")));

    [Fact]
    public async Task Domain_ThatDoesNotExist_IsRefusedAfterOneQuestion()
    {
        FakeDns dns = FakeDns.Empty;
        Assert.Equal("sender-domain-unknown", await TokenAsync(dns));
        Assert.Single(dns.Questions);
    }

    // RFC 7505 §4.2: its own code, also where the domain has an address.
    [Fact]
    public async Task Domain_WithNullMx_IsRefusedWithItsOwnReply()
    {
        using FilterHarness harness = Create(FakeDns.Empty.AddMx(Domain, 0, "").AddAddress(Domain, "198.51.100.7"));
        await harness.MailAsync(Sender);
        FilterReason reason = (await harness.RcptAsync()).Reason!;
        Assert.Equal("sender-null-mx", reason.Token);
        Assert.Equal((550, "5.7.27"), (reason.Code, reason.EnhancedCode));
    }

    // RFC 7505 §3 forbids others beside it: whoever has them has made a mistake, and takes mail.
    [Fact]
    public async Task Domain_WithNullMxAmongOthers_Passes() => Assert.Null(await TokenAsync(FakeDns.Empty.AddMx(Domain, 0, "").AddMx(Domain, 10, "mx.sender.example")));

    [Theory]
    [InlineData(DnsStatus.TemporaryFailure)]
    [InlineData(DnsStatus.Bogus)]
    public async Task Dns_Fails_IsDeferred(DnsStatus status) => Assert.Equal("sender-domain-failed", await TokenAsync(FakeDns.Empty.FailAll(status)));

    [Theory]
    [InlineData(DnsRecordType.A)]
    [InlineData(DnsRecordType.Aaaa)]
    public async Task Dns_FailsForOneKindOfAddress_IsDeferredUnlessTheOtherIsThere(DnsRecordType failing)
    {
        FakeDns dns = FakeDns.Empty.AddText(Domain, "here").Fail(Domain, failing);
        Assert.Equal("sender-domain-failed", await TokenAsync(dns));
        dns.AddAddress(Domain, failing == DnsRecordType.A ? "2001:db8::7" : "198.51.100.7");
        Assert.Null(await TokenAsync(dns));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@[192.0.2.7]")]
    [InlineData("a@[IPv6:2001:db8::7]")]
    public async Task Sender_NullOrLiteral_IsNotAsked(string sender)
    {
        using FilterHarness harness = Create(FakeDns.Empty);
        await harness.MailAsync(sender);
        Assert.Null((await harness.RcptAsync()).Reason);
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task Sender_WithULabels_IsAskedInALabels()
    {
        using FilterHarness harness = Create(FakeDns.Empty.AddMx("xn--bcher-kva.example", 10, "mx.example"));
        await harness.MailAsync("a@bücher.example");
        Assert.Null((await harness.RcptAsync()).Reason);
    }

    [Fact]
    public async Task Client_ThatMayRelay_IsNotAsked()
    {
        using FilterHarness harness = Create(FakeDns.Empty);
        harness.Session.Relay = true;
        await harness.MailAsync(Sender);
        Assert.Null((await harness.RcptAsync()).Reason);
        Assert.Empty(harness.Dns.Questions);
    }

    public static TheoryData<string> TrustFacts => [KnownFacts.Trusted.Name, KnownFacts.TrustedForwarder.Name];

    [Theory]
    [MemberData(nameof(TrustFacts))]
    public async Task Client_ThatIsTrusted_IsNotAsked(string fact)
    {
        using FilterHarness harness = Create(FakeDns.Empty);
        HarnessContext.Set(harness.Session, fact == KnownFacts.Trusted.Name ? KnownFacts.Trusted : KnownFacts.TrustedForwarder, true);
        await harness.MailAsync(Sender);
        Assert.Null((await harness.RcptAsync()).Reason);
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task Mail_SlowDns_IsAnsweredAtOnce_AndAwaitedAtRcpt()
    {
        using FilterHarness harness = Create(FakeDns.Empty.AddMx(Domain, 10, "mx.example").Delay(Domain, TimeSpan.FromSeconds(3)));
        Task<Verdict> mail = harness.MailAsync(Sender).AsTask();
        Assert.True(mail.IsCompletedSuccessfully);
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null((await waiting).Reason);
    }

    // Nothing waits at MAIL: a client that goes round there must not fill the resolver, which all sessions share.
    [Fact]
    public async Task Mail_AgainAndAgain_HasOneLookupAtATime()
    {
        FakeDns dns = FakeDns.Empty.AddMx("s0.example", 10, "mx.example").DelayAll(TimeSpan.FromSeconds(3));
        using FilterHarness harness = Create(dns);
        for (int i = 0; i < 1_000; i++)
        {
            await harness.MailAsync($"a@s{i}.example");
        }

        Assert.Single(dns.Questions);
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        Assert.Equal(2, dns.Questions.Count);
        harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("sender-domain-unknown", (await waiting).Reason?.Token);

        // Nothing is under way now, so the next one is asked at MAIL again.
        await harness.MailAsync("a@next.example");
        Assert.Equal(3, dns.Questions.Count);
    }

    [Fact]
    public async Task Rcpt_StageIsCancelled_EndsTheWaitNotTheLookup()
    {
        using FilterHarness harness = Create(FakeDns.Empty.AddMx(Domain, 10, "mx.example").Delay(Domain, TimeSpan.FromSeconds(3)));
        await harness.MailAsync(Sender);
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
        using FilterHarness harness = Create(FakeDns.Empty.Delay(Domain, TimeSpan.FromSeconds(3)));
        await harness.MailAsync(Sender);
        Task<Verdict> waiting = harness.RcptAsync().AsTask();
        harness.Session.Abort();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Rcpt_SeveralRecipients_AskOnceAndGetTheSame()
    {
        using FilterHarness harness = Create(FakeDns.Empty);
        await harness.MailAsync(Sender);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("sender-domain-unknown", (await harness.RcptAsync($"r{i}@example.com")).Reason?.Token);
        }

        Assert.Single(harness.Dns.Questions);
    }

    [Fact]
    public async Task Mail_NextTransaction_IsJudgedByItsOwnSender()
    {
        using FilterHarness harness = Create(FakeDns.Empty.AddMx(Domain, 10, "mx.example"));
        await harness.MailAsync("a@nowhere.example");
        Assert.Equal("sender-domain-unknown", (await harness.RcptAsync()).Reason?.Token);
        await harness.MailAsync(Sender);
        Assert.Null((await harness.RcptAsync()).Reason);
    }

    private static FilterHarness Create(FakeDns dns) => FilterHarness.Of(static filters => filters.AddSenderCheck(), dns: dns);

    private static async Task<string?> TokenAsync(FakeDns dns)
    {
        using FilterHarness harness = Create(dns);
        Assert.Null((await harness.MailAsync(Sender)).Reason);
        return (await harness.RcptAsync()).Reason?.Token;
    }
}
