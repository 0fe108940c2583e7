using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>MAV: with which senders clients that may relay send. Our domain in these tests is example.com.</summary>
public sealed class LocalSenderTests
{
    [Theory]
    [InlineData("a@example.com", null)]
    [InlineData("a@EXAMPLE.COM", null)]
    [InlineData("a@other.example", "sender-not-local")]
    [InlineData("a@[192.0.2.1]", "sender-not-local")]
    [InlineData("", null)]
    public async Task OwnDomain_SenderOfAnother_IsRefused(string sender, string? token) => Assert.Equal(token, await TokenAsync(new() { LocalSender = "" }, sender));

    [Theory]
    [InlineData("a@customer.example", null)]
    [InlineData("a@example.com", null)]
    [InlineData("a@sub.customer.example", "sender-not-local")]
    [InlineData("a@other.example", "sender-not-local")]
    public async Task Domain_SenderOfItOrOurs_Passes(string sender, string? token) => Assert.Equal(token, await TokenAsync(new() { LocalSender = "Customer.example" }, sender));

    [Theory]
    [InlineData("")]
    [InlineData("customer.example")]
    [InlineData("!")]
    public async Task Stranger_IsNotAsked(string value)
    {
        using FilterHarness harness = Create(Options(value));
        Assert.Null((await harness.MailAsync("a@other.example")).Reason);
    }

    [Fact]
    public async Task Off_ClientThatMayRelay_SendsWithAnything() => Assert.Null(await TokenAsync(new(), "a@other.example"));

    // §4 of the specification, k before l.
    [Fact]
    public async Task Check_ComesBeforeTheListOfBadSenders() =>
        Assert.Equal("sender-not-local", await TokenAsync(new() { LocalSender = "", BadMailFrom = ["@other.example"] }, "a@other.example"));

    [Theory]
    [InlineData("192.0.2.1&a@x.example", "a@x.example", null)]
    [InlineData("192.0.2.1:a@x.example", "A@X.example", null)]
    [InlineData("192.0.2.1:A@X.example", "a@x.example", null)]
    [InlineData("192.0.2.1:a@x.example", "xa@x.example", "sender-not-yours")]
    [InlineData("192.0.2.1:@x.example", "any@x.example", null)]
    [InlineData("192.0.2.1:@x.example", "any@sub.x.example", "sender-not-yours")]
    [InlineData("192.0.2.1:.x.example", "any@sub.x.example", null)]
    [InlineData("192.0.2.1:x.example", "any@sub.x.example", null)]
    [InlineData("192.0.2.1:x.example", "any@x.example", null)]
    [InlineData("192.0.2.1:x.example", "any@notx.example", "sender-not-yours")]
    [InlineData("192.0.2.1:@y.example, @x.example", "any@x.example", null)]
    [InlineData("192.0.2.1:", "any@where.example", null)]
    [InlineData("192.0.2.:@x.example", "any@x.example", null)]
    [InlineData("192.0.:@x.example", "any@x.example", null)]
    [InlineData("192.:@x.example", "any@x.example", null)]
    [InlineData("192.0.2.0-9:@x.example", "any@x.example", null)]
    [InlineData("192.0.2.2-9:@x.example", "any@x.example", "sender-not-yours")]
    [InlineData("192.0-5.2.1:@x.example", "any@x.example", null)]
    [InlineData("192.0.2.2:@x.example", "any@x.example", "sender-not-yours")]
    [InlineData("19:@x.example", "any@x.example", "sender-not-yours", true)]
    public async Task Rules_ByAddress(string line, string sender, string? token, bool isWrong = false)
    {
        SenderCheckFilterOptions options = new() { LocalSender = "!", SenderRules = [line] };
        Assert.Equal(!isWrong, OptionsOf.AreValid(options));
        Assert.Equal(token, await TokenAsync(options, sender));
    }

    [Theory]
    [InlineData("2001:db8::1&@x.example", null)]
    [InlineData("2001:DB8:0:0::1&@x.example", null)]
    [InlineData("2001:db8:&@x.example", null)]
    [InlineData("2001:&@x.example", null)]
    [InlineData("2001:db8::1:@x.example", null)]
    [InlineData("2001:db8::2&@x.example", "sender-not-yours")]
    public async Task Rules_ByV6Address(string line, string? token) =>
        Assert.Equal(token, await TokenAsync(new() { LocalSender = "!", SenderRules = [line] }, "any@x.example", client: "2001:db8::1"));

    [Fact]
    public async Task Rules_NarrowOneThatDoesNotAllow_LetsAWiderOneSpeak()
    {
        SenderCheckFilterOptions options = new() { LocalSender = "!", SenderRules = ["192.0.2.1:@x.example", "192.0.2.:@y.example"] };
        Assert.Null(await TokenAsync(options, "a@x.example"));
        Assert.Null(await TokenAsync(options, "a@y.example"));
        Assert.Equal("sender-not-yours", await TokenAsync(options, "a@z.example"));
    }

    [Theory]
    [InlineData("=mail.x.example:@x.example", "mail.x.example", null)]
    [InlineData("=MAIL.x.example:@x.example", "mail.X.example", null)]
    [InlineData("=.x.example:@x.example", "mail.x.example", null)]
    [InlineData("=.example:@x.example", "mail.x.example", null)]
    [InlineData("=.x.example:@x.example", "mail.notx.example", "sender-not-yours")]
    [InlineData("=:@x.example", "anything.example", null)]
    [InlineData("=:@x.example", null, "sender-not-yours")]
    public async Task Rules_ByHostName_NeedForwardConfirmedReverseDns(string line, string? name, string? token)
    {
        FakeDns dns = name is null ? FakeDns.Empty : FakeDns.Empty.AddReverse("192.0.2.1", name).AddAddress(name, "192.0.2.1");
        SenderCheckFilterOptions options = new() { LocalSender = "!", SenderRules = [line] };
        Assert.Equal(token, await TokenAsync(options, "a@x.example", dns));
        if (name is not null)
        {
            Assert.Equal("sender-not-yours", await TokenAsync(options, "a@x.example", FakeDns.Empty.AddReverse("192.0.2.1", name)));
        }
    }

    [Fact]
    public async Task Rules_ByHostName_DnsFails_IsDeferred() =>
        Assert.Equal("sender-client-failed", await TokenAsync(new() { LocalSender = "!", SenderRules = ["=.x.example:@x.example"] }, "a@x.example", FakeDns.AllTemporaryFailure));

    [Fact]
    public async Task Rules_ByAddressAllow_AsksNoDns()
    {
        using FilterHarness harness = Create(new() { LocalSender = "!", SenderRules = ["192.0.2.1:@x.example", "=:@y.example"] });
        harness.Session.Relay = true;
        Assert.Null((await harness.MailAsync("a@x.example")).Reason);
        Assert.Null((await harness.RcptAsync()).Reason);
        Assert.Empty(harness.Dns.Questions);
    }

    private static SenderCheckFilterOptions Options(string value) => new() { CheckDomain = false, LocalSender = value, SenderRules = value == "!" ? ["10.:@x.example"] : [] };

    private static FilterHarness Create(SenderCheckFilterOptions options, FakeDns? dns = null) => FilterHarness.Of(static filters => filters.AddSenderCheck(), options, dns);

    private static async Task<string?> TokenAsync(SenderCheckFilterOptions options, string sender, FakeDns? dns = null, string client = "192.0.2.1")
    {
        using FilterHarness harness = Create(options, dns);
        harness.Session.Relay = true;
        harness.Session.ClientEndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Parse(client), 1);
        Verdict mail = await harness.MailAsync(sender);
        return mail.Reason is null ? (await harness.RcptAsync()).Reason?.Token : mail.Reason.Token;
    }
}
