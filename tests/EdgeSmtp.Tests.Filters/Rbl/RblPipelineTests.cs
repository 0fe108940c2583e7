using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Rbl;

/// <summary>Under the real driver: what its traits, shadow mode and groups make of it.</summary>
public sealed class RblPipelineTests
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddRbl());

    [Theory]
    [InlineData("user@example.com", VerdictKind.Reject)]
    [InlineData("PostMaster@example.com", VerdictKind.Continue)]
    public async Task Rcpt_ListedClient_MayWriteToPostmaster(string recipient, VerdictKind kind)
    {
        using PipelineHarness harness = new(Listed("bl"));
        harness.Add(Instance("bl", Block("bl")));
        Assert.Equal(kind, await RunAsync(harness, recipient));
    }

    [Fact]
    public async Task Relay_IsNotLookedUp()
    {
        using PipelineHarness harness = new(Listed("bl"));
        harness.Add(Instance("bl", Block("bl")));
        Assert.Equal(VerdictKind.Continue, await RunAsync(harness, relay: true));
        Assert.Equal(0, harness.Dns.CountOf("6.7.8.9.bl.example", EdgeSmtp.Abstractions.Dns.DnsRecordType.A));
    }

    [Fact]
    public async Task AllowListFirst_SparesTheClientLaterFilters()
    {
        using PipelineHarness harness = new(Listed("wl", "bl"));
        harness.Add(Instance("wl", new() { Zones = [new() { Zone = "wl.example", Kind = RblKind.Allow }] })).Add(Instance("bl", Block("bl")));
        Assert.Equal(VerdictKind.Continue, await RunAsync(harness));
    }

    [Fact]
    public async Task AllowListInShadow_SparesNobody()
    {
        using PipelineHarness harness = new(Listed("wl", "bl"));
        harness.Add(Instance("wl", new() { Zones = [new() { Zone = "wl.example", Kind = RblKind.Allow }] }, new DriverOptions { Shadow = true })).Add(Instance("bl", Block("bl")));
        Assert.Equal(VerdictKind.Reject, await RunAsync(harness));
    }

    [Fact]
    public async Task BlockListInShadow_RefusesNobody()
    {
        using PipelineHarness harness = new(Listed("bl"));
        harness.Add(Instance("bl", Block("bl"), new DriverOptions { Shadow = true }));
        Assert.Equal(VerdictKind.Continue, await RunAsync(harness));
    }

    [Fact]
    public async Task Group_OfTwoInstances_Refuses()
    {
        using PipelineHarness harness = new(Listed("b"));
        harness.AddGroup("lists", Instance("a", Block("a")), Instance("b", Block("b")));
        Assert.Equal(VerdictKind.Reject, await RunAsync(harness));
    }

    [Fact]
    public async Task EverythingFails_DefaultPolicy_LetsPassAndIsLoud()
    {
        using PipelineHarness harness = new(FakeDns.AllTemporaryFailure);
        harness.Add(Instance("bl", Block("bl")));
        Assert.Equal(VerdictKind.Continue, await RunAsync(harness));
        Assert.Contains(harness.Logs.Lines, static line => line.StartsWith("Warning: List bl.example cannot be asked", StringComparison.Ordinal));
    }

    // Of the driver: the wait is bounded by the filter's deadline, the look-up by the resolver's; the next recipient finds its answer.
    [Theory]
    [InlineData(FailurePolicy.Defer, VerdictKind.Defer)]
    [InlineData(FailurePolicy.Continue, VerdictKind.Continue)]
    public async Task Rcpt_ListSlowerThanTheDeadline_FollowsOnTimeout_AndTheNextOneKnows(FailurePolicy policy, VerdictKind kind)
    {
        using PipelineHarness harness = new(Listed("bl").Delay("6.7.8.9.bl.example", TimeSpan.FromSeconds(40)));
        harness.Add(Instance("bl", Block("bl"), new DriverOptions { OnTimeout = policy }));
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse("9.8.7.6"), 1) };
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        await run.MailAsync(transaction);
        Task<Verdict> waiting = run.RcptAsync(transaction, transaction.Ask("user@example.com")).AsTask();
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(kind, (await waiting).Kind);
        harness.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictKind.Reject, (await run.RcptAsync(transaction, transaction.Ask("user@example.com"))).Kind);
    }

    [Fact]
    public async Task Annotate_UnderTheDriver_PutsTheFieldAmongTheTraceFields()
    {
        using PipelineHarness harness = new(Listed("bl"));
        harness.Add(Instance("bl", Block("bl") with { Action = RblAction.Annotate }));
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse("9.8.7.6"), 1) };
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        await run.MailAsync(transaction);
        Assert.Equal(VerdictKind.Continue, (await run.RcptAsync(transaction, transaction.Ask("user@example.com"))).Kind);
        System.Buffers.ArrayBufferWriter<byte> trace = new();
        run.WriteTrace(transaction, trace);
        Assert.Equal("X-RBL-Info: bl.example lists 9.8.7.6 (127.0.0.2)\r\n", System.Text.Encoding.ASCII.GetString(trace.WrittenSpan));
    }

    // Nobody knows the recipient before RCPT, so a variant that only his profile has has to catch up there.
    [Theory]
    [InlineData(RblSubject.Client)]
    [InlineData(RblSubject.ClientName)]
    [InlineData(RblSubject.Hello)]
    [InlineData(RblSubject.Sender)]
    public async Task RecipientProfile_VariantThatWasNotAskedBefore_IsAskedAtRcpt(RblSubject subject)
    {
        FakeDns dns = Listed("bl").AddAddress("client.example.bl.example", "127.0.0.2").AddAddress("listed.example.bl.example", "127.0.0.2");
        using PipelineHarness harness = new(dns);
        RblZoneOptions zone = new() { Zone = "bl.example", Subject = subject };
        harness.Add(Instance("bl", new() { Zones = [zone with { Reply = RblReply.Defer }] }, new DriverOptions { Shadow = true })).AddProfile("strict", Instance("bl", new() { Zones = [zone] }));
        Assert.Equal(VerdictKind.Reject, await RunAsync(harness, recipientProfile: "strict"));
    }

    [Fact]
    public async Task RecipientProfile_Variant_FollowsANewHello()
    {
        using PipelineHarness harness = new(FakeDns.Empty.AddAddress("bad.example.bl.example", "127.0.0.2"));
        RblZoneOptions zone = new() { Zone = "bl.example", Subject = RblSubject.Hello };
        harness.Add(Instance("bl", Block("other"))).AddProfile("strict", Instance("bl", new() { Zones = [zone] }));
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse("9.8.7.6"), 1), HelloText = "good.example" };
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.ConnectAsync();
        foreach ((string hello, VerdictKind kind) in new[] { ("good.example", VerdictKind.Continue), ("bad.example", VerdictKind.Reject), ("good.example", VerdictKind.Continue) })
        {
            session.HelloText = hello;
            await run.HelloAsync();
            TestTransaction transaction = new(session);
            await run.MailAsync(transaction);
            Recipient recipient = transaction.Ask("user@example.com");
            run.SetProfile(recipient, "strict");
            Assert.Equal(kind, (await run.RcptAsync(transaction, recipient)).Kind);
        }
    }

    [Theory]
    [InlineData("-no", VerdictKind.Reject)]
    [InlineData("later", VerdictKind.Defer)]
    [InlineData("", VerdictKind.Continue)]
    public async Task RecipientProfile_WithDecision_DecidesAtRcpt(string decision, VerdictKind kind)
    {
        using PipelineHarness harness = new(Listed("bl"));
        harness.Add(Instance("bl", Block("bl"))).AddProfile("decided", Instance("bl", Block("bl") with { Decision = decision }));
        Assert.Equal(kind, await RunAsync(harness, recipientProfile: "decided"));
    }

    private static RblFilterOptions Block(string zone) => new() { Zone = zone + ".example" };

    private static FilterInstance Instance(string name, RblFilterOptions options, DriverOptions? driver = null) => new(name, Registration, options, driver ?? new DriverOptions());

    private static FakeDns Listed(params string[] zones)
    {
        FakeDns dns = FakeDns.Empty;
        foreach (string zone in zones)
        {
            dns.AddAddress($"6.7.8.9.{zone}.example", "127.0.0.2").AddAddress($"2.0.0.127.{zone}.example", "127.0.0.2");
        }

        return dns;
    }

    private static async Task<VerdictKind> RunAsync(PipelineHarness harness, string recipient = "user@example.com", bool relay = false, string? recipientProfile = null)
    {
        await using FilterPipeline pipeline = harness.Build();
        using TestSession session = new() { ClientEndPoint = new IPEndPoint(IPAddress.Parse("9.8.7.6"), 1), Relay = relay, ReverseDns = "client.example" };
        TestTransaction transaction = new(session, "sender@listed.example");
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        await run.HelloAsync();
        await run.MailAsync(transaction);
        Recipient asked = transaction.Ask(recipient);
        if (recipientProfile is not null)
        {
            run.SetProfile(asked, recipientProfile);
        }

        return (await run.RcptAsync(transaction, asked)).Kind;
    }
}
