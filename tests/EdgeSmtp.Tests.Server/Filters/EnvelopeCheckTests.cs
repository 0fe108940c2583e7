using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.RecipientCheck;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Filters;

/// <summary>SenderCheck and RecipientCheck in whole sessions.</summary>
public sealed class EnvelopeCheckTests
{
    // A harvester: guessing costs time, ends in 450 for whatever it names, and the message to the one it hit is not taken.
    [Fact]
    public async Task Harvester_IsSlowedStoppedAndSentAway()
    {
        await using SessionHost host = new();
        host.With(Recipients(new() { TarpitCount = 2, TarpitDelay = TimeSpan.FromSeconds(3), InvalidRecipientsMax = 2, RefuseNotorious = true }));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await HeldAsync(host, client, "RCPT TO:<nobody@example.com>", "550 5.1.1");
        await HeldAsync(host, client, "RCPT TO:<nobody-else@example.com>", "550 5.1.1");
        await HeldAsync(host, client, "RCPT TO:<guess@example.com>", "450 4.7.1");
        await HeldAsync(host, client, "RCPT TO:<other@example.com>", "450 4.7.1");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("Subject: x\r\n\r\nhi\r\n.\r\n");
        await client.ExpectAsync("554 5.7.1");
        Assert.Equal(string.Empty, await client.ReadToEndAsync());
        client.EndHalf();
        await client.Served;
        Assert.Equal(0, host.Store.Count);
        Assert.Equal(1, host.Value(SessionMetrics.SessionEnds, "mx", "filter"));
    }

    // RSET forgets the transaction, not who the client is.
    [Fact]
    public async Task Harvester_AfterRset_IsStillKnown()
    {
        await using SessionHost host = new();
        host.With(Recipients(new() { InvalidRecipientsMax = 1 }));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<nobody@example.com>", "550 5.1.1");
        await client.CommandAsync("RSET", "250");
        await client.CommandAsync("EHLO other.example.net", "250");
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<user@example.com>", "450 4.7.1");
    }

    [Fact]
    public async Task Harvester_InShadow_IsNeitherSlowedNorStopped()
    {
        await using SessionHost host = new();
        FilterInstance shadow = Recipients(new() { TarpitCount = 1, InvalidRecipientsMax = 1, RefuseNotorious = true });
        host.With(shadow with { Driver = new DriverOptions { Shadow = true } });
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<nobody@example.com>", "550 5.1.1");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("DATA", "354");
        await client.SendAsync("\r\nhi\r\n.\r\n");
        await client.ExpectAsync("250 2.0.0");
    }

    [Fact]
    public async Task Harvester_OverQmtp_IsStoppedWithoutBeingHeld()
    {
        await using SessionHost host = new(static listener => listener.Protocol = SessionProtocol.Qmtp);
        host.With(Recipients(new() { TarpitCount = 1, TarpitDelay = TimeSpan.FromMinutes(1), InvalidRecipientsMax = 1 }));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com", "nobody@example.com", "other@example.com"));
        Assert.StartsWith("Kok ", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("DRecipient unknown", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("ZToo many recipients of this session do not exist", await client.NetstringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadRecipient_PostmasterIsTaken()
    {
        await using SessionHost host = new();
        host.With(Recipients(new() { BadRcptTo = ["*", "!user@example.com"] }));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        await client.CommandAsync("RCPT TO:<other@example.com>", "550 5.7.1 Recipient address is blocked by policy [");
        await client.CommandAsync("RCPT TO:<user@example.com>", "250");
        await client.CommandAsync("RCPT TO:<postmaster@example.com>", "250");
    }

    // D14 of the specification: one reply, at RCPT.
    [Theory]
    [InlineData("a@good.example", "250 2.1.5")]
    [InlineData("a@address.example", "250 2.1.5")]
    [InlineData("", "250 2.1.5")]
    [InlineData("a@nowhere.example", "550 5.1.8")]
    [InlineData("a@nullmx.example", "550 5.7.27")]
    [InlineData("a@broken.example", "451 4.4.3")]
    [InlineData("a@bad.example", "550 5.7.1")]
    [InlineData("a@example.com", "550 5.7.1")]
    public async Task Sender_IsAnsweredOnceAtRcpt_AndPostmasterIsExempt(string sender, string expected)
    {
        FakeDns dns = FakeDns.Empty.AddMx("good.example", 10, "mx.example").AddAddress("address.example", "2001:db8::1").AddMx("nullmx.example", 0, "").Fail("broken.example");
        await using SessionHost host = new();
        host.With(dns, Senders(new() { BadMailFrom = ["@bad.example", "@example.com+"] }));
        TestClient client = await host.IntroducedAsync();
        await client.SendAsync($"MAIL FROM:<{sender}>\r\nRCPT TO:<user@example.com>\r\nRCPT TO:<postmaster>\r\nNOOP\r\n");
        await client.ExpectAsync("250 2.1.0");
        await client.ExpectAsync(expected);
        await client.ExpectAsync("250 2.1.5");
        await client.ExpectAsync("250 2.0.0");
    }

    // §6.6 of the specification: our domains are those of the configuration.
    [Theory]
    [InlineData("a@example.com", "250")]
    [InlineData("a@elsewhere.example", "550 5.7.1 Sender address is not of a domain that you may send with [")]
    public async Task LocalSender_RelayClient_SendsWithOurDomainsOnly(string sender, string expected)
    {
        await using SessionHost host = new(static listener => listener.RelayNetworks = Net.Of("192.0.2.0/24"));
        host.With(FakeDns.Empty, Senders(new() { LocalSender = "" }));
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync($"MAIL FROM:<{sender}>", "250");
        await client.CommandAsync("RCPT TO:<x@elsewhere.example>", expected);
    }

    private static FilterInstance Recipients(RecipientCheckFilterOptions options) => new("rcpt", Registrations.Single(static filters => filters.AddRecipientCheck()), options, new DriverOptions());

    private static FilterInstance Senders(SenderCheckFilterOptions options) => new("sender", Registrations.Single(static filters => filters.AddSenderCheck()), options, new DriverOptions());

    private static async Task HeldAsync(SessionHost host, TestClient client, string line, string expected)
    {
        Task<string> reply = client.CommandAsync(line);
        Assert.Equal(1, host.Value(SessionMetrics.RepliesHeld, "mx"));
        Assert.False(reply.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.StartsWith(expected, await reply, StringComparison.Ordinal);
    }
}
