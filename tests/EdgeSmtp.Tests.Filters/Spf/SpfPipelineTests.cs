using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>Under the real driver: what its traits, profiles and shadow mode make of it.</summary>
public sealed class SpfPipelineTests
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddSpf());

    [Theory]
    [InlineData("user@example.com", VerdictKind.Reject)]
    [InlineData("PostMaster@example.com", VerdictKind.Continue)]
    public async Task Rcpt_SenderThatFails_MayWriteToPostmaster(string recipient, VerdictKind kind)
    {
        using PipelineHarness harness = new(SpfTest.Record("v=spf1 -all"));
        harness.Add(Instance("spf", "3"));
        Assert.Equal(kind, await RunAsync(harness, recipient: recipient));
    }

    [Fact]
    public async Task Relay_IsNotChecked()
    {
        using PipelineHarness harness = new(SpfTest.Record("v=spf1 -all"));
        harness.Add(Instance("spf", "3"));
        Assert.Equal(VerdictKind.Continue, await RunAsync(harness, relay: true));
        Assert.Empty(harness.Dns.Questions);
    }

    // The switch of each client: an access rule chooses the profile.
    [Theory]
    [InlineData(null, VerdictKind.Continue)]
    [InlineData("strict", VerdictKind.Reject)]
    public async Task Profile_SetsTheBehaviorOfAClient(string? profile, VerdictKind kind)
    {
        using PipelineHarness harness = new(SpfTest.Record("v=spf1 -all"));
        harness.Add(Instance("spf", "1")).AddProfile("strict", Instance("spf", "3"));
        Assert.Equal(kind, await RunAsync(harness, profile: profile));
    }

    [Fact]
    public async Task Shadow_RefusesNobody_AndPublishesNothing()
    {
        using PipelineHarness harness = new(SpfTest.Record("v=spf1 -all"));
        harness.Add(Instance("spf", "3", new DriverOptions { Shadow = true })).Add("reader", static context => new Reader(context));
        Assert.Equal(VerdictKind.Continue, await RunAsync(harness));
    }

    [Fact]
    public async Task LaterFilter_ReadsTheFact()
    {
        using PipelineHarness harness = new(SpfTest.Record("v=spf1 -all"));
        harness.Add(Instance("spf", "1")).Add("reader", static context => new Reader(context), traits: new FilterTraits { Requires = [AuthenticationFacts.Spf] });
        Assert.Equal(VerdictKind.Defer, await RunAsync(harness));
    }

    [Fact]
    public void FilterThatNeedsTheFact_BeforeIt_IsRefusedAtStart()
    {
        using PipelineHarness harness = new();
        harness.Add("reader", static context => new Reader(context), traits: new FilterTraits { Requires = [AuthenticationFacts.Spf] }).Add(Instance("spf", "1"));
        Assert.Null(harness.TryBuild(out IReadOnlyList<string> errors));
        Assert.Contains("needs the fact 'spf'", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static FilterInstance Instance(string name, string behavior, DriverOptions? driver = null) => new(name, Registration, new SpfFilterOptions { Behavior = behavior }, driver ?? new DriverOptions());

    private static async Task<VerdictKind> RunAsync(PipelineHarness harness, string recipient = "user@example.com", bool relay = false, string? profile = null)
    {
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { Relay = relay };
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        if (profile is not null)
        {
            run.Profile = profile;
        }

        await run.ConnectAsync();
        await run.HelloAsync();
        await run.MailAsync(transaction);
        return (await run.RcptAsync(transaction, transaction.Ask(recipient))).Kind;
    }

    private sealed class Reader(FilterContext context) : IRcptFilter
    {
        public static readonly FilterReason Seen = new(VerdictKind.Defer, "seen", 451, "4.7.1", "Seen");

        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) =>
            context.TryRead(transaction, AuthenticationFacts.Spf, out SpfResult? result) && result?.Status == SpfStatus.Fail ? Verdict.From(Seen) : Verdict.Continue;
    }
}
