using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Server.Harness;
using EdgeSmtp.Tests.Server.Qmtp;
using Xunit;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>The client's name: looked up once, only where somebody needs it, and never waited for longer than its time.</summary>
public sealed class ClientNameTests
{
    private static readonly AccessSettings Denied = AccessSettings.Default with { IsDenied = true };

    [Fact]
    public async Task RuleOfANetworkName_CountsForWhoHasTheName()
    {
        await using SessionHost host = new(prepare: static host =>
        {
            host.ClientNames = new FakeNames("dsl-17.pool.example");
            host.Follow(("=.pool.example", Denied));
        });

        await host.Connect().ExpectAsync("554 5.7.1");

        Assert.Equal(1, host.Value(SessionMetrics.ClientNames, "mx", "found"));
        Assert.Contains("\"name\":\"dsl-17.pool.example\"", Assert.Single(host.Events.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExactAddress_NeedsNoName()
    {
        FakeNames names = new("dsl-17.pool.example");
        await using SessionHost host = new(prepare: host =>
        {
            host.ClientNames = names;
            host.Follow(("192.0.2.1", AccessSettings.Default), ("=.pool.example", Denied));
        });

        await host.GreetedAsync();

        Assert.Equal(0, names.Asked);
    }

    [Fact]
    public async Task RulesWithoutNames_AskNobody()
    {
        FakeNames names = new("dsl-17.pool.example");
        await using SessionHost host = new(prepare: host =>
        {
            host.ClientNames = names;
            host.Follow(("10.", Denied));
        });

        await host.GreetedAsync();

        Assert.Equal(0, names.Asked);
    }

    [Theory]
    [InlineData(DnsStatus.TemporaryFailure, "temporary-failure")]
    [InlineData(DnsStatus.Bogus, "temporary-failure")]
    [InlineData(DnsStatus.NoData, "none")]
    public async Task DnsThatDoesNotSay_IsByDefaultAsNoName(DnsStatus status, string result)
    {
        await using SessionHost host = new(prepare: host =>
        {
            host.ClientNames = new FakeNames(null, status);
            host.Follow(("=", Denied));
        });

        await host.GreetedAsync();

        Assert.Equal(1, host.Value(SessionMetrics.ClientNames, "mx", result));
    }

    [Fact]
    public async Task DnsThatDoesNotSay_WithDefer_SendsTheClientAwayForNow()
    {
        await using SessionHost host = new(prepare: static host =>
        {
            host.ClientNames = new FakeNames(null, DnsStatus.TemporaryFailure);
            host.Follow(("=", Denied));
            host.Current = host.Current with { ClientNames = new ClientNameOptions { OnFailure = NameFailureAction.Defer } };
        });

        await host.Connect().ExpectAsync("421 4.4.3");

        Assert.Equal(1, host.Value(SessionMetrics.ConnectionsRefused, "mx", "client-name"));
    }

    [Fact]
    public async Task DnsThatDoesNotAnswer_IsWaitedForNoLongerThanItsTime()
    {
        await using SessionHost host = new(prepare: static host =>
        {
            host.ClientNames = new FakeNames("never.example") { Waits = true };
            host.Follow(("=", Denied));
        });
        TestClient client = host.Connect();

        host.Time.Advance(host.Current.ClientNames.Timeout);

        await client.ExpectAsync("220 ");
        Assert.Equal(1, host.Value(SessionMetrics.ClientNames, "mx", "temporary-failure"));
    }

    [Fact]
    public async Task LookUpClientName_PutsTheNameIntoReceivedAndTheLog()
    {
        await using SessionHost host = new(static listener => listener.LookUpClientName = true, static host => host.ClientNames = new FakeNames("mail.example.net"));

        await DeliverAsync(await host.InDataAsync());

        Assert.StartsWith("Received: from client.example.net (mail.example.net [192.0.2.1])\r\n", host.Store.Messages.Single().Text, StringComparison.Ordinal);
        Assert.Contains(host.Events.Lines, static line => line.Contains("\"event\":\"committed\"", StringComparison.Ordinal) && line.Contains("\"name\":\"mail.example.net\"", StringComparison.Ordinal));
    }

    // Nobody waits for the name before the content: it comes while the client speaks.
    [Fact]
    public async Task LookUpClientName_IsAwaitedAtTheContentOnly()
    {
        FakeNames names = new("mail.example.net") { Waits = true };
        await using SessionHost host = new(static listener => listener.LookUpClientName = true, host => host.ClientNames = names);
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("DATA\r\n");

        names.Release();

        await client.ExpectAsync("354 ");
        await DeliverAsync(client);
        Assert.Contains("(mail.example.net [192.0.2.1])", host.Store.Messages.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LookUpClientName_InVain_IsUnknown()
    {
        await using SessionHost host = new(static listener => listener.LookUpClientName = true, static host => host.ClientNames = new FakeNames("never.example") { Waits = true });
        TestClient client = await host.InTransactionAsync();
        await client.SendAsync("DATA\r\n");

        host.Time.Advance(host.Current.ClientNames.Timeout);

        await client.ExpectAsync("354 ");
        await DeliverAsync(client);
        Assert.Contains("(unknown [192.0.2.1])", host.Store.Messages.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LookUpClientName_OverQmtp_IsInReceivedToo()
    {
        await using SessionHost host = new(
            static listener =>
            {
                listener.LookUpClientName = true;
                listener.Protocol = SessionProtocol.Qmtp;
            },
            static host => host.ClientNames = new FakeNames("mail.example.net"));
        TestClient client = host.Connect();
        await client.SendAsync(QmtpWire.Package("\nhi\n", "a@b.example", "user@example.com"));

        Assert.StartsWith("K", await client.NetstringAsync(), StringComparison.Ordinal);
        Assert.Contains("(mail.example.net [192.0.2.1])", host.Store.Messages.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_SeeTheNameOfTheSession()
    {
        string? seen = null;
        Task<ClientNameAnswer>? lookup = null;
        await using SessionHost host = new(static listener => listener.LookUpClientName = true, static host => host.ClientNames = new FakeNames("mail.example.net"));
        host.With(new FakeFilter
        {
            Rcpt = recipient =>
            {
                seen = recipient.Transaction.Session.ClientName;
                lookup = recipient.Transaction.Session.ClientNameLookup;
                return Verdict.Continue;
            },
        });

        await host.InTransactionAsync();

        Assert.Equal("mail.example.net", seen);
        Assert.Equal(new ClientNameAnswer(DnsStatus.Found, "mail.example.net"), await lookup!);
    }

    private static async Task DeliverAsync(TestClient client)
    {
        await client.SendAsync("Subject: x\r\n\r\nhi\r\n.\r\n");
        await client.ExpectAsync("250 ");
    }
}
