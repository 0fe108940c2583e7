using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>The six kinds of a badmailfrom line, one by one and in the order in which they speak.</summary>
public sealed class BadMailFromTests
{
    private const string ClientAddress = "192.0.2.1";

    [Theory]
    [InlineData("spam@bad.example", "spam@bad.example", "sender-listed")]
    [InlineData("spam@bad.example", "SPAM@BAD.Example", "sender-listed")]
    [InlineData("Spam@Bad.Example", "spam@bad.example", "sender-listed")]
    [InlineData("spam@bad.example", "\"spam\"@bad.example", "sender-listed")]
    [InlineData("spam@bad.example", "ham@bad.example", null)]
    [InlineData("@bad.example", "anybody@bad.example", "sender-listed")]
    [InlineData("@bad.example", "anybody@BAD.EXAMPLE", "sender-listed")]
    [InlineData("@bad.example", "anybody@sub.bad.example", null)]
    [InlineData("@bad.example", "anybody@notbad.example", null)]
    [InlineData("@bücher.example", "anybody@xn--bcher-kva.example", "sender-listed")]
    [InlineData("@[192.0.2.9]", "anybody@[192.0.2.9]", "sender-listed")]
    [InlineData("@[192.0.2.9]", "anybody@[192.0.2.8]", null)]
    public async Task Address_AndDomain_AreExactWithoutCase(string line, string sender, string? token) => Assert.Equal(token, await MailTokenAsync([line], sender));

    [Theory]
    [InlineData("*@*.dyn.example", "a@x.dyn.example", "sender-pattern")]
    [InlineData("*@*.dyn.example", "a@X.DYN.Example", "sender-pattern")]
    [InlineData("*@*.dyn.example", "a@dyn.example", null)]
    [InlineData("spam*", "spammer@good.example", "sender-pattern")]
    [InlineData("spam*", "SPAMMER@good.example", null)]
    [InlineData("spam*", "\"spam mer\"@good.example", "sender-pattern")]
    [InlineData("*\"*", "\"a\\\"b\"@good.example", "sender-pattern")]
    [InlineData("[0-9]*@*", "4711@good.example", "sender-pattern")]
    [InlineData("?*@short.example", "ab@short.example", "sender-pattern")]
    [InlineData("no-at-sign", "no-at-sign@good.example", null)]
    public async Task Pattern_MindsCaseOfTheLocalPartAndNoSpellingOfTheDomain(string line, string sender, string? token) =>
        Assert.Equal(token, await MailTokenAsync([line], sender));

    [Theory]
    [InlineData("a@friend.example", null)]
    [InlineData("a@other.example", "sender-pattern")]
    [InlineData("boss@other.example", null)]
    [InlineData("evil@friend.example", "sender-pattern")]
    public async Task Pattern_TheLastMatchWins(string sender, string? token) =>
        Assert.Equal(token, await MailTokenAsync(["*", "!*@friend.example", "!boss@*", "evil@f*"], sender));

    // The sample that Spamcontrol ships: no sender without a dotted domain, none with a percent sign, and <> is let through.
    [Theory]
    [InlineData("", null)]
    [InlineData("a@good.example", null)]
    [InlineData("a@localhost", "sender-pattern")]
    [InlineData("a%b@good.example", "sender-pattern")]
    public async Task Pattern_SampleOfSpamcontrol_SaysTheSame(string sender, string? token)
    {
        Assert.Equal(token, await MailTokenAsync(["*", "!", "!*@*.*", "*%*"], sender));
        Assert.Equal(token, await MailTokenAsync(["*", "!", "!*@*.*", "*%*"], sender, static options => options with { RefuseNullSender = true }));
    }

    // RFC 5321 §4.5.5; in qmail a pattern alone decides.
    [Theory]
    [InlineData("*", false, null)]
    [InlineData("*", true, "sender-pattern")]
    [InlineData("?*", true, null)]
    public async Task Pattern_NullSender_IsCaughtOnlyWhereAllowed(string line, bool refuses, string? token) =>
        Assert.Equal(token, await MailTokenAsync([line], "", options => options with { RefuseNullSender = refuses }));

    [Theory]
    [InlineData("a@own.example", "sender-forged")]
    [InlineData("a@OWN.example", "sender-forged")]
    [InlineData("a@sub.own.example", null)]
    [InlineData("boss@other.example", "sender-forged")]
    [InlineData("clerk@other.example", null)]
    public async Task OwnDomain_FromStranger_IsForged(string sender, string? token)
    {
        string[] list = ["@own.example+", "boss@other.example+"];
        Assert.Equal(token, await MailTokenAsync(list, sender));
        using FilterHarness relay = Create(list);
        relay.Session.Relay = true;
        Assert.Null(await TokenAsync(relay, sender));
    }

    // D4 of the specification: the reference never refuses these.
    [Theory]
    [InlineData("a@big.example", null, "sender-client-unknown")]
    [InlineData("a@big.example", "mail.anybody.example", null)]
    [InlineData("a@other.example", null, null)]
    public async Task NamedClientsOnly_ClientWithoutName_IsRefused(string sender, string? client, string? token) =>
        Assert.Equal(token, await TokenAsync(Create(["@big.example-"], client), sender));

    [Theory]
    [InlineData("mail.big.example", null)]
    [InlineData("MAIL.Big.Example", null)]
    [InlineData("big.example", null)]
    [InlineData(null, null)]
    [InlineData("mail.other.example", "sender-foreign-host")]
    [InlineData("notbig.example", "sender-foreign-host")]
    [InlineData("big.example.evil.example", "sender-foreign-host")]
    [InlineData("a.example", "sender-foreign-host")]
    public async Task OwnHostsOnly_ClientOfAnotherDomain_IsRefused(string? client, string? token) =>
        Assert.Equal(token, await TokenAsync(Create(["@big.example="], client), "a@big.example"));

    [Theory]
    [InlineData("mail.isp.example", "a@isp.example", null)]
    [InlineData("mail.isp.example", "a@mail.isp.example", null)]
    [InlineData("mail.isp.example", "a@other.example", "sender-mismatch")]
    [InlineData("deep.mail.isp.example", "a@other.example", "sender-mismatch")]
    [InlineData("isp.example", "a@other.example", null)]
    [InlineData("notmail.isp.example", "a@other.example", null)]
    [InlineData(null, "a@other.example", null)]
    [InlineData("mail.isp.example", "", null)]
    public async Task NamedHost_SenderOfAnotherDomain_IsRefused(string? client, string sender, string? token) =>
        Assert.Equal(token, await TokenAsync(Create(["~mail.isp.example"], client), sender));

    [Theory]
    [InlineData("good@bad.example", null)]
    [InlineData("GOOD@bad.example", null)]
    [InlineData("evil@bad.example", "sender-listed")]
    [InlineData("anybody@spared.example", null)]
    public async Task Exempt_SkipsEveryOtherCheck(string sender, string? token)
    {
        string[] list = ["@bad.example", "@spared.example+", "@spared.example-", "~example.net", "*", "?good@bad.example", "?@spared.example"];
        using FilterHarness harness = Create(list, checksDomain: true);
        Assert.Equal(token, await TokenAsync(harness, sender));
        Assert.Equal(token is null, harness.Dns.Questions.Count == 0);
    }

    // §6.2 of the specification: ?, +, -, =, ~, exact, wildmat; the first that hits speaks.
    [Theory]
    [InlineData("sender-forged", null, "@x.example+", "@x.example-", "@x.example=", "@x.example", "*")]
    [InlineData("sender-client-unknown", null, "@x.example-", "@x.example=", "@x.example", "*")]
    [InlineData("sender-foreign-host", "h.isp.example", "@x.example-", "@x.example=", "~isp.example", "@x.example", "*")]
    [InlineData("sender-mismatch", "h.isp.example", "@x.example-", "~isp.example", "@x.example", "*")]
    [InlineData("sender-listed", "h.isp.example", "@x.example-", "@x.example", "*")]
    [InlineData("sender-pattern", "h.isp.example", "@x.example-", "*")]
    public async Task Kinds_SpeakInTheirOrder(string token, string? client, params string[] list) =>
        Assert.Equal(token, await TokenAsync(Create([.. list.Reverse()], client), "a@x.example"));

    // §4 of the specification: this list concerns clients that may relay as well.
    [Theory]
    [InlineData("a@bad.example", "sender-listed")]
    [InlineData("a%b@good.example", "sender-pattern")]
    [InlineData("a@named.example", "sender-client-unknown")]
    public async Task List_ClientThatMayRelay_IsConcernedToo(string sender, string token)
    {
        using FilterHarness harness = Create(["@bad.example", "*%*", "@named.example-"]);
        harness.Session.Relay = true;
        Assert.Equal(token, await TokenAsync(harness, sender));
    }

    // D14 of the specification, and the line behind it: a DNS that fails is not "unknown", and what is certain is not put off.
    [Theory]
    [InlineData("sender-client-failed", "@x.example-")]
    [InlineData("sender-client-failed", "@x.example=")]
    [InlineData("sender-client-failed", "~isp.example")]
    [InlineData("sender-listed", "@x.example-", "@x.example")]
    [InlineData("sender-pattern", "@x.example=", "*@x*")]
    public async Task ClientName_DnsFails_IsDeferredUnlessRefusedAnyway(string token, params string[] list)
    {
        foreach (DnsStatus status in new[] { DnsStatus.TemporaryFailure, DnsStatus.Bogus })
        {
            Assert.Equal(token, await TokenAsync(Create(list, dns: FakeDns.Empty.FailAll(status)), "a@x.example"));
        }
    }

    [Fact]
    public async Task ClientName_NotConfirmedForward_IsNoName()
    {
        FakeDns dns = FakeDns.Empty.AddReverse(ClientAddress, "mail.big.example").AddAddress("mail.big.example", "198.51.100.1");
        Assert.Equal("sender-client-unknown", await TokenAsync(Create(["@big.example-"], dns: dns), "a@big.example"));
    }

    [Fact]
    public async Task ClientName_KnownToTheSession_IsNotAskedAgain()
    {
        using FilterHarness harness = Create(["@big.example="]);
        harness.Session.ReverseDns = "mail.big.example";
        Assert.Null(await TokenAsync(harness, "a@big.example"));
        harness.Session.ReverseDns = "mail.other.example";
        Assert.Equal("sender-foreign-host", await TokenAsync(harness, "a@big.example"));
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task ClientName_NobodyNeedsIt_IsNotAsked()
    {
        using FilterHarness harness = Create(["@big.example=", "@other.example-", "@bad.example"]);
        Assert.Null(await TokenAsync(harness, "a@good.example"));
        Assert.Equal("sender-listed", await TokenAsync(harness, "a@bad.example"));
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task ClientName_V6Client_IsAskedInIp6Arpa()
    {
        FakeDns dns = FakeDns.Empty.AddReverse("2001:db8::1", "mail.big.example").AddAddress("mail.big.example", "2001:db8::1");
        using FilterHarness harness = Create(["@big.example-", "@big.example="], dns: dns);
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1);
        Assert.Null(await TokenAsync(harness, "a@big.example"));
    }

    private static FilterHarness Create(string[] list, string? client = null, FakeDns? dns = null, bool checksDomain = false)
    {
        dns ??= client is null ? FakeDns.Empty : FakeDns.Empty.AddReverse(ClientAddress, client).AddAddress(client, ClientAddress);
        return FilterHarness.Of(static filters => filters.AddSenderCheck(), new SenderCheckFilterOptions { BadMailFrom = list, CheckDomain = checksDomain }, dns);
    }

    private static async Task<string?> TokenAsync(FilterHarness harness, string sender)
    {
        Verdict mail = await harness.MailAsync(sender);
        return mail.Reason is null ? (await harness.RcptAsync()).Reason?.Token : mail.Reason.Token;
    }

    /// <summary>What MAIL itself says: these kinds need no look-up.</summary>
    private static async Task<string?> MailTokenAsync(string[] list, string sender, Func<SenderCheckFilterOptions, SenderCheckFilterOptions>? change = null)
    {
        SenderCheckFilterOptions options = new() { BadMailFrom = list, CheckDomain = false };
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddSenderCheck(), change?.Invoke(options) ?? options);
        string? token = (await harness.MailAsync(sender)).Reason?.Token;
        Assert.Null((await harness.RcptAsync()).Reason);
        return token;
    }
}
