using System.Net;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.SenderCheck;

/// <summary>MAV on From of the header, §6.6 of the specification. Our domain in these tests is example.com.</summary>
public sealed class FromFieldTests
{
    [Theory]
    [InlineData("From: a@example.com", null)]
    [InlineData("From: \"boss@other.example\" <a@Example.COM>", null)]
    [InlineData("From: boss@other.example", "sender-from-not-yours")]
    [InlineData("from : A Friend\r\n <boss@other.example>", "sender-from-not-yours")]
    [InlineData("From: a@example.com, boss@other.example", "sender-from-not-yours")]
    [InlineData("From: a@example.com\r\nFrom: boss@other.example", "sender-from-not-yours")]
    [InlineData("From: a@example.com boss@other.example", "sender-from-not-yours")]
    [InlineData("From: team:;", null)]
    [InlineData("Subject: no author", null)]
    [InlineData("Subject: x\r\n\r\nFrom: boss@other.example", null)]
    public async Task Client_WhoMayRelay_WritesWithOurDomainsOnly(string header, string? token) =>
        Assert.Equal(token, await TokenAsync(new() { LocalSender = "", CheckFrom = true }, header));

    [Theory]
    [InlineData("From: a@x.example", null)]
    [InlineData("From: a@y.example", "sender-from-not-yours")]
    public async Task Rules_ByAddress_HoldForTheHeaderToo(string header, string? token) =>
        Assert.Equal(token, await TokenAsync(new() { LocalSender = "!", CheckFrom = true, SenderRules = ["192.0.2.1:@x.example"] }, header));

    [Theory]
    [InlineData("mail.x.example", null)]
    [InlineData("mail.z.example", "sender-from-not-yours")]
    [InlineData(null, "sender-from-not-yours")]
    public async Task Rules_ByHostName_HoldForTheHeaderToo(string? name, string? token)
    {
        FakeDns dns = name is null ? FakeDns.Empty : FakeDns.Empty.AddReverse("192.0.2.1", name).AddAddress(name, "192.0.2.1");
        Assert.Equal(token, await TokenAsync(new() { LocalSender = "!", CheckFrom = true, SenderRules = ["=.x.example:@x.example"] }, "From: a@x.example", dns));
    }

    [Fact]
    public async Task Rules_ByHostName_DnsFails_IsDeferred() =>
        Assert.Equal(
            "sender-client-failed",
            await TokenAsync(new() { LocalSender = "!", CheckFrom = true, SenderRules = ["=.x.example:@x.example"] }, "From: a@x.example", FakeDns.AllTemporaryFailure));

    [Fact]
    public async Task Stranger_WritesAsHeLikes() => Assert.Null(await TokenAsync(new() { LocalSender = "", CheckFrom = true }, "From: boss@other.example", relay: false));

    [Fact]
    public async Task Off_ByDefault() => Assert.Null(await TokenAsync(new() { LocalSender = "" }, "From: boss@other.example"));

    [Fact]
    public void On_WithoutLocalSender_IsAnError() => Assert.False(OptionsOf.AreValid(new SenderCheckFilterOptions { CheckFrom = true }));

    private static async Task<string?> TokenAsync(SenderCheckFilterOptions options, string header, FakeDns? dns = null, bool relay = true)
    {
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddSenderCheck(), options, dns);
        harness.Session.Relay = relay;
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1);
        await harness.MailAsync(string.Empty);
        await harness.RcptAsync();
        RecipientVerdicts verdicts = await harness.MessageAsync(Encoding.UTF8.GetBytes($"{header}\r\n\r\nText\r\n"));
        return verdicts[harness.Transaction.Recipients[0]].Reason?.Token;
    }
}
