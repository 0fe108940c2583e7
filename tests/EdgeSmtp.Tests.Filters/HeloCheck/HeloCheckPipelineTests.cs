using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Dns;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Filters.HeloCheck;

/// <summary>Under the real driver: held until RCPT, whom it leaves alone, and what a wait that is too long leads to.</summary>
public sealed class HeloCheckPipelineTests
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddHeloCheck());

    [Theory]
    [InlineData(false, "user@example.com", "helo-bad")]
    [InlineData(true, "user@example.com", null)]
    [InlineData(false, "Postmaster@example.com", null)]
    public async Task Rcpt_OfRelayOrToPostmaster_IsLeftAlone(bool mayRelay, string recipient, string? token)
    {
        using PipelineHarness harness = new();
        using TestSession session = new() { Relay = mayRelay, HelloText = "bad.example" };
        Assert.Equal(token, (await RunAsync(harness, session, new() { BadHelo = ["bad.example"] }, recipient: recipient)).Reason?.Token);
    }

    // spec §5: one reply, and it is 451 at RCPT (the reference wrote a 451 and a 250).
    [Fact]
    public async Task Rcpt_DnsFails_Is451()
    {
        using PipelineHarness harness = new(FakeDns.AllTemporaryFailure);
        using TestSession session = new();
        Verdict verdict = await RunAsync(harness, session, new() { Mode = "A" });
        Assert.Equal("451 4.4.3", $"{verdict.Reason?.Code} {verdict.Reason?.EnhancedCode}");
    }

    [Theory]
    [InlineData(FailurePolicy.Defer, VerdictKind.Defer)]
    [InlineData(FailurePolicy.Continue, VerdictKind.Continue)]
    public async Task Rcpt_DnsSlowerThanTheDeadline_FollowsOnTimeout_AndTheNextOneKnows(FailurePolicy policy, VerdictKind kind)
    {
        using PipelineHarness harness = new(FakeDns.Empty.AddAddress("client.example", "192.0.2.1").DelayAll(TimeSpan.FromSeconds(40)));
        using TestSession session = new();
        await using FilterPipeline pipeline = Build(harness, new() { Mode = "A" }, new DriverOptions { OnTimeout = policy });
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.HelloAsync();
        await run.MailAsync(transaction);
        Task<Verdict> waiting = run.RcptAsync(transaction, transaction.Ask("user@example.com")).AsTask();
        harness.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(kind, (await waiting).Kind);
        harness.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictKind.Continue, (await run.RcptAsync(transaction, transaction.Ask("user@example.com"))).Kind);
    }

    // Nobody knows the recipient before RCPT, so a variant that only his profile has has to catch up there.
    [Theory]
    [InlineData("A", "client.example", "helo-unknown")]
    [InlineData("M", "client.example", "helo-unknown")]
    [InlineData("=", "client.example", "helo-not-client-name")]
    [InlineData("=", "[192.0.2.9]", "helo-not-client-name")]
    [InlineData("=", "[192.0.2.1]", null)]
    [InlineData(".", "bad.example", "helo-bad")]
    [InlineData("A", "good.example", null)]
    public async Task RecipientProfile_VariantThatWasNotAskedAtHelo_JudgesAtRcpt(string mode, string name, string? token)
    {
        using PipelineHarness harness = new(FakeDns.Empty.AddAddress("good.example", "192.0.2.1"));
        harness.AddProfile("strict", new FilterInstance("helo", Registration, new HeloCheckFilterOptions { Mode = mode, BadHelo = ["bad.example"] }, new DriverOptions()));
        using TestSession session = new() { HelloText = name };
        await using FilterPipeline pipeline = Build(harness, new(), new DriverOptions());
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        await run.HelloAsync();
        TestTransaction transaction = new(session);
        await run.MailAsync(transaction);
        for (int i = 0; i < 2; i++)
        {
            Recipient recipient = transaction.Ask("user@example.com");
            run.SetProfile(recipient, "strict");
            Assert.Equal(token, (await run.RcptAsync(transaction, recipient)).Reason?.Token);
        }

        Assert.Null((await run.RcptAsync(transaction, transaction.Ask("other@example.com"))).Reason);
    }

    private static async Task<Verdict> RunAsync(PipelineHarness harness, TestSession session, HeloCheckFilterOptions options, string recipient = "user@example.com")
    {
        await using FilterPipeline pipeline = Build(harness, options, new DriverOptions());
        TestTransaction transaction = new(session);
        await using FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        Assert.Equal(VerdictKind.Continue, (await run.HelloAsync()).Kind);
        Assert.Equal(VerdictKind.Continue, (await run.MailAsync(transaction)).Kind);
        return await run.RcptAsync(transaction, transaction.Ask(recipient));
    }

    private static FilterPipeline Build(PipelineHarness harness, HeloCheckFilterOptions options, DriverOptions driver) =>
        harness.Add(new FilterInstance("helo", Registration, options, driver)).Build();
}
