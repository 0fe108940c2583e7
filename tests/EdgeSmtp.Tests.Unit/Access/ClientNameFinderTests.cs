using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Sessions;
using EdgeSmtp.Toolkit.Lookups;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Access;

/// <summary>The names of clients, as sessions look them up and as filters then see them.</summary>
public sealed class ClientNameFinderTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task Name_ThatPointsBack_IsFoundInLowerCase() =>
        Assert.Equal(new ClientNameAnswer(DnsStatus.Found, "mail.example"), await FindAsync(FakeDns.Empty.AddReverse("192.0.2.1", "Mail.Example").AddAddress("mail.example", "192.0.2.1")));

    [Fact]
    public async Task Name_ThatPointsElsewhere_IsNone() =>
        Assert.Equal(new ClientNameAnswer(DnsStatus.NoData, null), await FindAsync(FakeDns.Empty.AddReverse("192.0.2.1", "mail.example").AddAddress("mail.example", "192.0.2.2")));

    [Fact]
    public async Task NoName_IsNone() => Assert.Equal(new ClientNameAnswer(DnsStatus.NoData, null), await FindAsync(FakeDns.Empty));

    [Fact]
    public async Task DnsThatFails_IsNotTheSameAsNoName() => Assert.Equal(DnsStatus.TemporaryFailure, (await FindAsync(FakeDns.AllTemporaryFailure)).Status);

    // Whoever runs a reverse zone can put any byte into a name, and it would stand in Received fields and logs.
    [Theory]
    [InlineData("mail example")]
    [InlineData("mail(comment)")]
    [InlineData("m\u00e4il.example")]
    public async Task Name_WithOtherCharacters_IsNone(string name) =>
        Assert.Equal(new ClientNameAnswer(DnsStatus.NoData, null), await FindAsync(FakeDns.Empty.AddReverse("192.0.2.1", name).AddAddress(name, "192.0.2.1")));

    [Fact]
    public async Task Filter_WhoseSessionLooksTheNameUp_AsksNothing()
    {
        FakeDns dns = FakeDns.Empty;
        using TestSession session = new() { NameLookup = Task.FromResult(new ClientNameAnswer(DnsStatus.Found, "mail.example")) };

        Assert.Equal((DnsStatus.Found, "mail.example"), await ForwardConfirmation.FindNameAsync(session, dns, TestContext.Current.CancellationToken));
        Assert.Equal(DnsStatus.Found, await ForwardConfirmation.ConfirmAsync(session, dns, "Mail.example.", TestContext.Current.CancellationToken));
        Assert.Empty(dns.Questions);
    }

    [Theory]
    [InlineData(DnsStatus.NoData)]
    [InlineData(DnsStatus.TemporaryFailure)]
    public async Task Filter_WhoseSessionFoundNoName_TakesThatForTheAnswer(DnsStatus status)
    {
        FakeDns dns = FakeDns.Empty;
        using TestSession session = new() { NameLookup = Task.FromResult(new ClientNameAnswer(status, null)) };

        Assert.Equal((status, (string?)null), await ForwardConfirmation.FindNameAsync(session, dns, TestContext.Current.CancellationToken));
        Assert.Equal(status, await ForwardConfirmation.ConfirmAsync(session, dns, "mail.example", TestContext.Current.CancellationToken));
        Assert.Empty(dns.Questions);
    }

    // A client may have two names; the session keeps the first that is confirmed.
    [Fact]
    public async Task Filter_ThatIsToldAnotherNameOfTheClient_AsksForThat()
    {
        FakeDns dns = FakeDns.Empty.AddReverse("192.0.2.1", "mail.example").AddReverse("192.0.2.1", "www.example").AddAddress("www.example", "192.0.2.1");
        using TestSession session = new() { NameLookup = Task.FromResult(new ClientNameAnswer(DnsStatus.Found, "mail.example")) };

        Assert.Equal(DnsStatus.Found, await ForwardConfirmation.ConfirmAsync(session, dns, "www.example", TestContext.Current.CancellationToken));
        Assert.Equal(DnsStatus.NoData, await ForwardConfirmation.ConfirmAsync(session, dns, "ftp.example", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Filter_WhoseSessionLooksNothingUp_AsksItself()
    {
        FakeDns dns = FakeDns.Empty.AddReverse("192.0.2.1", "mail.example").AddAddress("mail.example", "192.0.2.1");
        using TestSession session = new();

        Assert.Equal((DnsStatus.Found, "mail.example"), await ForwardConfirmation.FindNameAsync(session, dns, TestContext.Current.CancellationToken));
        Assert.Equal(DnsStatus.Found, await ForwardConfirmation.ConfirmAsync(session, dns, "mail.example", TestContext.Current.CancellationToken));
    }

    private static ValueTask<ClientNameAnswer> FindAsync(FakeDns dns) => new ClientNameFinder(dns).FindAsync(Client, TestContext.Current.CancellationToken);
}
