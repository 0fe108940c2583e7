using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Smtp;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc3461;

/// <summary>DSN: to relay clients by default, parsed and kept.</summary>
public sealed class DsnTests
{
    [Fact]
    public async Task Parameters_AreKeptInTheEnvelope()
    {
        await using SessionHost host = new(listener => listener.Smtp.Dsn = DsnOffer.Always);
        TestClient client = await host.IntroducedAsync();
        await Script.PlayAsync(client, """
            C: MAIL FROM:<a@b.example> RET=HDRS ENVID=QQ314159+2B
            S: 250
            C: RCPT TO:<user@example.com> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;user+2Bx@example.com
            S: 250
            C: RCPT TO:<other@example.com> NOTIFY=NEVER
            S: 250
            C: RCPT TO:<third@example.com>
            S: 250
            C: DATA
            S: 354
            C: .
            S: 250
            """);
        Envelope envelope = Assert.Single(host.Store.Messages).Envelope;
        Assert.Equal(DsnReturn.Headers, envelope.Return);
        Assert.Equal("QQ314159+2B", envelope.EnvelopeId);
        Assert.Equal([DsnNotify.Success | DsnNotify.Failure, DsnNotify.Never, DsnNotify.Unspecified], envelope.Recipients.Select(recipient => recipient.Notify));
        Assert.Equal("rfc822;user+2Bx@example.com", envelope.Recipients[0].OriginalRecipient);
        Assert.Null(envelope.Recipients[1].OriginalRecipient);
    }

    [Theory]
    [InlineData("NOTIFY=NEVER,FAILURE", "501")]
    [InlineData("NOTIFY=", "501")]
    [InlineData("NOTIFY=SOMETIMES", "501")]
    [InlineData("ORCPT=user@example.com", "501")]
    [InlineData("NOTIFY=DELAY NOTIFY=DELAY", "501")]
    [InlineData("NOTIFY=DELAY", "250")]
    public async Task Rcpt_ByItsParameters_IsAnswered(string parameters, string expected)
    {
        // PAR-unknown.
        await using SessionHost host = new(listener => listener.Smtp.Dsn = DsnOffer.Always);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com> " + parameters, expected);
    }

    [Fact]
    public async Task Parameters_OfAStranger_AreUnknown()
    {
        await using SessionHost host = new();
        TestClient client = await host.InTransactionAsync();
        await client.CommandAsync("RCPT TO:<other@example.com> NOTIFY=SUCCESS", "555 5.5.4");
    }

    [Fact]
    public async Task Parameters_OfARelayClient_AreTakenUnlessSwitchedOff()
    {
        await using SessionHost host = new(listener => listener.RelayNetworks = Net.Of("192.0.2.0/24"));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example> RET=FULL", "250");
        await using SessionHost off = new(listener =>
        {
            listener.RelayNetworks = Net.Of("192.0.2.0/24");
            listener.Smtp.Dsn = DsnOffer.Never;
        });
        TestClient other = await off.IntroducedAsync();
        await other.CommandAsync("MAIL FROM:<a@b.example> RET=FULL", "555");
    }
}
