using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>What <c>$RBLSMTPD</c> did for single clients: an option that profiles set.</summary>
public sealed class RblDecisionTests
{
    [Theory]
    [InlineData("", null, 0, null)]
    [InlineData("Go away for now", "decided-for-now", 450, "Go away for now")]
    [InlineData("-Go away", "decided", 550, "Go away")]
    [InlineData("-", "decided", 550, "Your address is blocked by policy")]
    public async Task Connect_WithDecision_AsksNoList(string decision, string? token, int code, string? text)
    {
        FakeDns dns = FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2");
        RblFilterOptions options = new() { Decision = decision, Zone = "bl.example", Zones = [new() { Zone = "dbl.example", Subject = RblSubject.Sender }] };
        using RblTest test = new(options, dns);
        test.Filter.StartSelfTest();
        FilterReason? reason = (await test.Harness.ConnectAsync()).Reason;
        Assert.Equal((token, code, text), (reason?.Token, reason?.Code ?? 0, reason?.Text));
        await test.Harness.HelloAsync();
        await test.Harness.MailAsync();
        Assert.Null((await test.Harness.RcptAsync()).Reason);
        Assert.Empty(test.Harness.Dns.Questions);
        await test.Filter.DisposeAsync();
    }

    [Theory]
    [InlineData("", "listed")]
    [InlineData("spared", null)]
    [InlineData("refused", "decided")]
    public async Task Profile_WithDecision_GovernsItsClientsOnly(string profile, string? token)
    {
        FilterRegistration registration = Registrations.Single(static filters => filters.AddRbl());
        using PipelineHarness harness = new(FakeDns.Empty.AddAddress("6.7.8.9.bl.example", "127.0.0.2").AddAddress("2.0.0.127.bl.example", "127.0.0.2"));
        harness.Add(Instance(registration, null)).AddProfile("spared", Instance(registration, "")).AddProfile("refused", Instance(registration, "-No"));
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { ClientEndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Parse("9.8.7.6"), 1) };
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        run.Profile = profile;
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        await run.MailAsync(transaction);
        Assert.Equal(token, (await run.RcptAsync(transaction, transaction.Ask("user@example.com"))).Reason?.Token);
        Assert.Equal(VerdictKind.Continue, (await run.RcptAsync(transaction, transaction.Ask("postmaster@example.com"))).Kind);
    }

    private static FilterInstance Instance(FilterRegistration registration, string? decision) =>
        new("lists", registration, new RblFilterOptions { Zone = "bl.example", Decision = decision }, new DriverOptions());
}
