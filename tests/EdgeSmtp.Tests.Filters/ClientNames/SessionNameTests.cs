using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Filters.ClientNames;

/// <summary>Filters take the client's name from the session where that looks it up, and ask the DNS for it nowhere else.</summary>
public sealed class SessionNameTests
{
    private const string Name = "mail.example.org";

    [Theory]
    [InlineData(DnsStatus.Found, Name, null)]
    [InlineData(DnsStatus.NoData, null, "helo-not-client-name")]
    [InlineData(DnsStatus.TemporaryFailure, null, "helo-dns-failed")]
    public async Task HeloCheck_TakesTheAnswerOfTheSession(DnsStatus status, string? found, string? token)
    {
        TaskCompletionSource<ClientNameAnswer> lookup = new();
        using FilterHarness harness = FilterHarness.Of(static registry => registry.AddHeloCheck(), new HeloCheckFilterOptions { Mode = "=" }, FakeDns.Empty);
        harness.Session.NameLookup = lookup.Task;
        Assert.Null((await harness.HelloAsync(Name)).Reason);
        await harness.MailAsync();
        ValueTask<Verdict> rcpt = harness.RcptAsync();

        lookup.SetResult(new ClientNameAnswer(status, found));

        Assert.Equal(token, (await rcpt).Reason?.Token);
        Assert.Empty(harness.Dns.Questions);
    }

    [Theory]
    [InlineData(DnsStatus.Found, Name, "client-name-listed")]
    [InlineData(DnsStatus.NoData, null, null)]
    [InlineData(DnsStatus.TemporaryFailure, null, "unchecked")]
    public async Task Rbl_TakesTheAnswerOfTheSession(DnsStatus status, string? found, string? token)
    {
        RblFilterOptions options = new() { Zones = [new() { Zone = "dbl.example", Subject = RblSubject.ClientName }] };
        using FilterHarness harness = FilterHarness.Of(static registry => registry.AddRbl(), options, FakeDns.Empty.AddAddress($"{Name}.dbl.example", "127.0.1.2"));
        harness.Session.ClientEndPoint = new IPEndPoint(IPAddress.Parse("9.8.7.6"), 1);
        harness.Session.NameLookup = Task.FromResult(new ClientNameAnswer(status, found));
        await harness.ConnectAsync();
        await harness.MailAsync();

        Assert.Equal(token, (await harness.RcptAsync()).Reason?.Token);
        Assert.DoesNotContain(harness.Dns.Questions, static question => question.Type == DnsRecordType.Ptr);
    }
}
