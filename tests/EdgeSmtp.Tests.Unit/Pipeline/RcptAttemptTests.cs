using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>The stage before relay control: at once, nothing held, and shadow filters hold no reply.</summary>
public sealed class RcptAttemptTests : DriverTest
{
    private static readonly MailPath Path = TestPath.Of("nobody@example.com");

    [Theory]
    [InlineData(RejectAt.Recipient)]
    [InlineData(RejectAt.Stage)]
    public async Task Refusal_IsAnsweredAtOnce_PostmasterIncluded(RejectAt rejectAt)
    {
        await using FilterRun run = Begin(Saying(ProbeFilter.Later), traits: new FilterTraits { ExemptPostmaster = true }, rejectAt: rejectAt);
        Assert.Same(ProbeFilter.Later, (await run.RcptAttemptAsync(Transaction, TestPath.Of("postmaster"))).Reason);
        Assert.Equal("probe", run.DecidedBy);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task Quarantine_CountsForNothing()
    {
        await using FilterRun run = Begin(Saying(ProbeFilter.Kept));
        Assert.Equal(VerdictKind.Continue, (await run.RcptAttemptAsync(Transaction, Path)).Kind);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task HeldReject_LetsOnlyAlwaysFiltersRun()
    {
        ProbeFilter ordinary = new();
        ProbeFilter observer = new();
        Harness.Add("first", ProbeFilter.AtConnect(ProbeFilter.Refused)).Add("ordinary", ordinary).Add("observer", observer, traits: new FilterTraits { Always = true });
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        await run.RcptAttemptAsync(Transaction, Path);
        Assert.Empty(ordinary.Calls);
        Assert.Equal(["connect", "rcpt-attempt"], observer.Calls);
    }

    [Fact]
    public async Task Shadow_RefusesNothing_AndHoldsNoReply()
    {
        Harness.Add("shadow", static context => new Holder(context), new DriverOptions { Shadow = true });
        await using (FilterRun run = Begin())
        {
            Assert.Equal(VerdictKind.Continue, (await run.RcptAttemptAsync(Transaction, Path)).Kind);
        }

        Assert.Equal(TimeSpan.Zero, Session.ReplyHeld);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 7)]
    public async Task Greeting_OfAFilterInShadow_IsNotHeld(bool isInShadow, int seconds)
    {
        Harness.Add("holder", static context => new GreetingHolder(context), new DriverOptions { Shadow = isInShadow });
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        Assert.Equal(TimeSpan.FromSeconds(seconds), Session.GreetingHeld);
    }

    [Fact]
    public async Task Filter_NotInShadow_HoldsTheReply()
    {
        Harness.Add("holder", static context => new Holder(context));
        await using FilterRun run = Begin();
        await run.RcptAttemptAsync(Transaction, Path);
        Assert.Equal(TimeSpan.FromSeconds(9), Session.ReplyHeld);
    }

    [Fact]
    public async Task Failure_FollowsThePolicy()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnAttempt = static (_, _, _) => throw new InvalidOperationException("A bug.") });
        Verdict verdict = await run.RcptAttemptAsync(Transaction, Path);
        Assert.Equal((VerdictKind.Defer, 451), (verdict.Kind, verdict.Reason!.Code));
    }

    [Fact]
    public async Task Filter_ThatWaits_IsAwaited()
    {
        TaskCompletionSource<Verdict> answer = new();
        await using FilterRun run = Begin(new ProbeFilter { OnAttempt = (_, _, _) => new(answer.Task) });
        Task<Verdict> waiting = run.RcptAttemptAsync(Transaction, Path).AsTask();
        Assert.False(waiting.IsCompleted);
        answer.SetResult(Verdict.From(ProbeFilter.Refused));
        Assert.Same(ProbeFilter.Refused, (await waiting).Reason);
    }

    private static ProbeFilter Saying(FilterReason reason) => new() { OnAttempt = (_, _, _) => ProbeFilter.Say(reason) };

    private sealed class Holder(FilterContext context) : IRcptAttemptFilter
    {
        public ValueTask<Verdict> OnRcptAttemptAsync(Transaction transaction, MailPath forwardPath, CancellationToken cancellationToken)
        {
            context.HoldReply(transaction.Session, TimeSpan.FromSeconds(9));
            return Verdict.From(ProbeFilter.Refused);
        }
    }

    private sealed class GreetingHolder(FilterContext context) : IConnectFilter
    {
        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken)
        {
            context.HoldGreeting(session, TimeSpan.FromSeconds(7));
            return Verdict.Continue;
        }
    }
}
