using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.HeloCheck;

/// <summary>What needs no look-up: syntax, lists, own names.</summary>
public sealed class HeloCheckFilterTests
{
    // RFC 5321 §4.1.2 (Domain) and §4.1.3 (address literals); RFC 1123 §2.1 for the last label.
    [Theory]
    [InlineData("mail.example.org", null)]
    [InlineData("MAIL.Example.ORG", null)]
    [InlineData("mail.example.org.", null)]
    [InlineData("1and1.example", null)]
    [InlineData("a-b.example", null)]
    [InlineData("xn--bcher-kva.example", null)]
    [InlineData("host_1.example", null)]
    [InlineData("localhost", null)]
    [InlineData("[192.0.2.7]", null)]
    [InlineData("[IPv6:2001:db8::7]", null)]
    [InlineData("[ipv6:2001:DB8::7]", null)]
    [InlineData("192.0.2.7", "helo-syntax")]
    [InlineData("12345", "helo-syntax")]
    [InlineData("[192.0.2.7", "helo-syntax")]
    [InlineData("[192.0.2.256]", "helo-syntax")]
    [InlineData("[192.0.2]", "helo-syntax")]
    [InlineData("[2001:db8::7]", "helo-syntax")]
    [InlineData("[X400:c=de]", "helo-syntax")]
    [InlineData("[]", "helo-syntax")]
    [InlineData("2001:db8::7", "helo-syntax")]
    [InlineData("-a.example", "helo-syntax")]
    [InlineData("a-.example", "helo-syntax")]
    [InlineData("a..example", "helo-syntax")]
    [InlineData(".example", "helo-syntax")]
    [InlineData(".", "helo-syntax")]
    [InlineData("", "helo-syntax")]
    [InlineData("two words", "helo-syntax")]
    [InlineData("user@example.org", "helo-syntax")]
    [InlineData("bücher.example", "helo-syntax")]
    [InlineData("a(b).example", "helo-syntax")]
    public async Task Hello_DefaultMode_ChecksSyntaxOnly(string name, string? token) => Assert.Equal(token, await TokenAsync(new(), name));

    [Theory]
    [InlineData(63, null)]
    [InlineData(64, "helo-syntax")]
    public async Task Hello_LengthOfLabel_IsLimited(int length, string? token) => Assert.Equal(token, await TokenAsync(new(), new string('a', length) + ".example"));

    [Theory]
    [InlineData("host_1.example", false, "helo-syntax")]
    [InlineData("host_1.example", true, null)]
    public async Task Hello_Underscore_IsAnOption(string name, bool allowed, string? token) => Assert.Equal(token, await TokenAsync(new() { AllowUnderscore = allowed }, name));

    [Theory]
    [InlineData("localhost", "helo-syntax")]
    [InlineData("localhost.", "helo-syntax")]
    [InlineData("a.example", null)]
    [InlineData("[192.0.2.7]", null)]
    public async Task Hello_RequireFullName_NeedsADot(string name, string? token) => Assert.Equal(token, await TokenAsync(new() { RequireFullName = true }, name));

    [Theory]
    [InlineData("[192.0.2.1]", null)]
    [InlineData("[192.0.2.7]", "helo-literal")]
    [InlineData("[IPv6:::ffff:192.0.2.1]", null)]
    [InlineData("[IPv6:2001:db8::1]", "helo-literal")]
    [InlineData("mail.example.org", null)]
    public async Task Hello_LiteralMustMatch_IsTheClientsAddress(string name, string? token) => Assert.Equal(token, await TokenAsync(new() { LiteralMustMatch = true }, name));

    [Fact]
    public async Task Hello_LiteralOfV6Client_Matches()
    {
        using FilterHarness harness = Create(new() { LiteralMustMatch = true });
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 1);
        Assert.Null((await harness.HelloAsync("[IPv6:2001:0DB8:0:0:0:0:0:1]")).Reason);
    }

    [Fact]
    public async Task Hello_LiteralsNotAllowed_AreRefused() => Assert.Equal("helo-literal", await TokenAsync(new() { AllowLiterals = false }, "[192.0.2.1]"));

    // The table of spec: HELOCHECK. Empty value and no value at all, by letter and by name of the mode.
    [Theory]
    [InlineData("Syntax", null, "helo-syntax", "helo-bad")]
    [InlineData("", null, null, "helo-bad")]
    [InlineData("ListsOnly", null, null, "helo-bad")]
    [InlineData("!", "helo-missing", "helo-syntax", null)]
    [InlineData("Present", "helo-missing", "helo-syntax", null)]
    [InlineData(".", "helo-missing", "helo-syntax", "helo-bad")]
    [InlineData("strict", "helo-missing", "helo-syntax", "helo-bad")]
    [InlineData("=", "helo-missing", "helo-not-client-name", "helo-bad")]
    [InlineData("A", "helo-missing", "helo-syntax", "helo-bad")]
    [InlineData("M", "helo-missing", "helo-syntax", "helo-bad")]
    public async Task Mode_DecidesOverMissingEmptyAndBad(string mode, string? missing, string? empty, string? bad)
    {
        HeloCheckFilterOptions options = new() { Mode = mode, BadHelo = ["bad.example"] };
        using FilterHarness harness = Create(options);
        harness.Session.HelloText = null;
        Assert.Equal(missing, (await harness.MailAsync()).Reason?.Token);
        Assert.Equal(empty, await TokenAsync(options, ""));
        Assert.Equal(bad, await TokenAsync(options, "BAD.example"));
    }

    [Fact]
    public async Task Mail_AfterHello_IsNotMissing()
    {
        using FilterHarness harness = Create(new() { Mode = "!" });
        Assert.Null((await harness.HelloAsync("mail.example.org")).Reason);
        Assert.Null((await harness.MailAsync()).Reason);
    }

    [Theory]
    [InlineData("any.dyn.example", "helo-bad")]
    [InlineData("ANY.DYN.example", "helo-bad")]
    [InlineData("good.dyn.example", null)]
    [InlineData("worst.good.dyn.example", "helo-bad")]
    [InlineData("exact.example", "helo-bad")]
    [InlineData("exact.example.", "helo-bad")]
    [InlineData("a.dyn.example.", "helo-bad")]
    [InlineData("sub.exact.example", null)]
    [InlineData("h7.example", "helo-bad")]
    [InlineData("hx.example", null)]
    [InlineData("[192.0.2.66]", "helo-bad")]
    [InlineData("[192.0.2.67]", null)]
    public async Task BadHelo_WildmatWithLastMatchWins(string name, string? token) =>
        Assert.Equal(token, await TokenAsync(new() { BadHelo = ["*.dyn.example", "!good.dyn.example", "worst.*", "Exact.Example", "h[0-9].example", "[192.0.2.66]"] }, name));

    [Theory]
    [InlineData("Syntax")]
    [InlineData(".")]
    [InlineData("=")]
    [InlineData("A")]
    [InlineData("M")]
    public async Task BadHelo_NameWithExclamationMark_IsExemptFromEverything(string mode)
    {
        using FilterHarness harness = Create(new() { Mode = mode, BadHelo = ["*", "my box!", "own.example!"], OwnNames = ["own.example"] });
        foreach (string name in new[] { "My Box", "own.example" })
        {
            Assert.Null((await harness.HelloAsync(name)).Reason);
            await harness.MailAsync();
            Assert.Null((await harness.RcptAsync()).Reason);
        }

        Assert.Equal("helo-bad", (await harness.HelloAsync("other.example")).Reason?.Token);
        Assert.Empty(harness.Dns.Questions);
    }

    [Fact]
    public async Task BadHelo_Detail_NamesTheEntry()
    {
        using FilterHarness harness = Create(new() { BadHelo = ["*.dyn.example"] });
        Assert.Equal("*.dyn.example", (await harness.HelloAsync("a.dyn.example")).Detail);
    }

    [Theory]
    [InlineData("MX.example.org", "helo-own-name")]
    [InlineData("mx.example.org.", "helo-own-name")]
    [InlineData("[192.0.2.25]", "helo-own-name")]
    [InlineData("[198.51.100.25]", "helo-own-name")]
    [InlineData("[IPv6:2001:db8::25]", "helo-own-name")]
    [InlineData("mx2.example.org", null)]
    [InlineData("[192.0.2.26]", null)]
    public async Task OwnNames_FromStranger_AreRefused(string name, string? token) =>
        Assert.Equal(token, await TokenAsync(new() { OwnNames = ["mx.Example.org", "[198.51.100.25]", "[IPv6:2001:db8::25]"] }, name));

    [Fact]
    public async Task OwnNames_FromOurselves_AreTaken()
    {
        using FilterHarness harness = Create(new() { OwnNames = ["mx.example.org"] });
        harness.Session.ClientEndPoint = new IPEndPoint(harness.Session.Local.Address, 1);
        Assert.Null((await harness.HelloAsync("mx.example.org")).Reason);
    }

    [Theory]
    [InlineData(true, "MX.example.org", "helo-own-name")]
    [InlineData(true, "mx.example.org.", "helo-own-name")]
    [InlineData(true, "alias.example.org", "helo-own-name")]
    [InlineData(true, "listed.example.org", "helo-own-name")]
    [InlineData(true, "[192.0.2.25]", "helo-own-name")]
    [InlineData(true, "sub.mx.example.org", null)]
    [InlineData(true, "[192.0.2.1]", null)]
    [InlineData(false, "mx.example.org", null)]
    [InlineData(false, "alias.example.org", null)]
    [InlineData(false, "listed.example.org", "helo-own-name")]
    public async Task GuardHostname_NamesOfTheHost_AreOursToo(bool guard, string name, string? token)
    {
        using FilterHarness harness = FilterHarness.Of(
            static filters => filters.AddHeloCheck(),
            new HeloCheckFilterOptions { GuardHostname = guard, OwnNames = ["listed.example.org"] },
            host: new FilterHost { Hostname = "mx.example.org", OwnNames = ["alias.example.org"] });
        Assert.Equal(token, (await harness.HelloAsync(name)).Reason?.Token);
    }

    [Fact]
    public async Task GuardHostname_OurselvesAndRelays_AreTaken()
    {
        using FilterHarness harness = FilterHarness.Of(
            static filters => filters.AddHeloCheck(), new HeloCheckFilterOptions { GuardHostname = true }, host: new FilterHost { Hostname = "mx.example.org" });
        harness.Session.ClientEndPoint = new IPEndPoint(harness.Session.Local.Address, 1);
        Assert.Null((await harness.HelloAsync("mx.example.org")).Reason);
        Assert.Null((await harness.HelloAsync("[192.0.2.25]")).Reason);
    }

    [Fact]
    public async Task OwnNames_None_LeavesOurAddressAlone() => Assert.Null(await TokenAsync(new(), "[192.0.2.25]"));

    [Fact]
    public void Hello_GoodName_AllocatesNothing()
    {
        using FilterHarness harness = Create(new() { BadHelo = ["*.dyn.example", "bad.example"], OwnNames = ["mx.example.org"], RequireFullName = true });
        harness.Session.HelloText = "mail.example.net";
        IHelloFilter filter = (IHelloFilter)harness.Filter;
        AllocationGate.AssertNone(() => filter.OnHelloAsync(harness.Session, CancellationToken.None));
    }

    private static async Task<string?> TokenAsync(HeloCheckFilterOptions options, string name)
    {
        using FilterHarness harness = Create(options);
        return (await harness.HelloAsync(name)).Reason?.Token;
    }

    private static FilterHarness Create(HeloCheckFilterOptions options) => FilterHarness.Of(static filters => filters.AddHeloCheck(), options);
}
