using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class HeldVerdictTests : DriverTest
{
    [Fact]
    public async Task Connect_Reject_IsAnsweredAtRcpt()
    {
        await using FilterRun run = Begin(ProbeFilter.AtConnect(ProbeFilter.Refused));
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        Assert.Equal(VerdictKind.Continue, (await run.MailAsync(Transaction)).Kind);
        Assert.Same(ProbeFilter.Refused, (await Rcpt(run)).Reason);
        Assert.Equal("probe", run.DecidedBy);
    }

    [Fact]
    public async Task Connect_RejectAtStage_IsAnsweredAtOnce()
    {
        await using FilterRun run = Begin(ProbeFilter.AtConnect(ProbeFilter.Refused), rejectAt: RejectAt.Stage);
        Assert.Same(ProbeFilter.Refused, (await run.ConnectAsync()).Reason);
    }

    [Fact]
    public async Task Connect_Disconnect_ActsAtOnce()
    {
        await using FilterRun run = Begin(ProbeFilter.AtConnect(ProbeFilter.Gone));
        Assert.Same(ProbeFilter.Gone, (await run.ConnectAsync()).Reason);
    }

    [Fact]
    public async Task Held_Reject_LetsOnlyAlwaysFiltersRun()
    {
        ProbeFilter ordinary = new();
        ProbeFilter observer = new();
        Harness.Add("first", ProbeFilter.AtConnect(ProbeFilter.Refused)).Add("ordinary", ordinary).Add("observer", observer, traits: new FilterTraits { Always = true });
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        await run.HelloAsync();
        await run.MailAsync(Transaction);
        await Rcpt(run);
        Assert.Empty(ordinary.Calls);
        Assert.Equal(["connect", "hello", "mail", "rcpt"], observer.Calls);
    }

    // A Defer is not terminal: a later filter may still find a reason to reject.
    [Fact]
    public async Task Held_Defer_LetsLaterFiltersRejectInstead()
    {
        Harness.Add("first", ProbeFilter.AtConnect(ProbeFilter.Later)).Add("second", ProbeFilter.AtRcpt(ProbeFilter.Refused));
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        Assert.Same(ProbeFilter.Refused, (await Rcpt(run)).Reason);
        Assert.Equal("second", run.DecidedBy);
    }

    [Fact]
    public async Task Stage_TwoOfOneSeverity_TheFirstInOrderAnswers()
    {
        Harness.Add("first", ProbeFilter.AtRcpt(ProbeFilter.Later)).Add("second", ProbeFilter.AtRcpt(ProbeFilter.Later));
        await using FilterRun run = Begin();
        await Rcpt(run);
        Assert.Equal("first", run.DecidedBy);
    }

    [Theory]
    [InlineData("postmaster")]
    [InlineData("POSTMASTER@example.com")]
    public async Task Held_Reject_DoesNotRefusePostmaster(string postmaster)
    {
        ProbeFilter limit = ProbeFilter.AtRcpt(null);
        Harness.Add("first", ProbeFilter.AtConnect(ProbeFilter.Refused)).Add("limit", limit);
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run, postmaster)).Kind);
        // The filters of RCPT do apply to it: limits are not switched off by a verdict that was held.
        Assert.Equal(["rcpt"], limit.Calls);
    }

    [Fact]
    public async Task Held_RejectAndPostmasterAccepted_MessageFiltersRun()
    {
        ProbeFilter content = ProbeFilter.AtMessage((_, verdicts) => verdicts.SetAll(Verdict.From(ProbeFilter.Refused)));
        Harness.Add("first", ProbeFilter.AtConnect(ProbeFilter.Refused)).Add("content", content);
        await using FilterRun run = Begin();
        await run.ConnectAsync();
        Transaction.AddRecipient("postmaster@example.com");
        RecipientVerdicts verdicts = await Message(run);
        Assert.Same(ProbeFilter.Refused, verdicts[0].Reason);
        Assert.Equal("content", run.DeciderOf(0));
    }

    [Fact]
    public async Task Rcpt_RejectByExemptingFilter_SparesPostmasterAlone()
    {
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused), traits: new FilterTraits { ExemptPostmaster = true });
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run, "postmaster@example.com")).Kind);
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task Rcpt_RejectByOtherFilter_RefusesPostmaster()
    {
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused));
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run, "postmaster@example.com")).Kind);
    }

    [Fact]
    public async Task Rcpt_ExemptPostmasterSwitchedOff_RefusesPostmaster()
    {
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused), new DriverOptions { ExemptPostmaster = false }, new FilterTraits { ExemptPostmaster = true });
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run, "postmaster@example.com")).Kind);
    }

    [Fact]
    public async Task Hello_GivenAgain_ReplacesWhatWasHeld()
    {
        int calls = 0;
        await using FilterRun run = Begin(new ProbeFilter { OnHello = (_, _) => ProbeFilter.Say(calls++ == 0 ? ProbeFilter.Refused : null) });
        await run.HelloAsync();
        await run.HelloAsync();
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task ResetHello_AfterStartTls_ForgetsWhatWasHeld()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnHello = (_, _) => ProbeFilter.Say(ProbeFilter.Refused) });
        await run.HelloAsync();
        run.ResetHello();
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task Mail_HeldVerdict_EndsWithItsTransaction()
    {
        int calls = 0;
        await using FilterRun run = Begin(new ProbeFilter { OnMail = (_, _) => ProbeFilter.Say(calls++ == 0 ? ProbeFilter.Refused : null) });
        await run.MailAsync(Transaction);
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
        run.EndTransaction(Transaction);
        NextTransaction();
        await run.MailAsync(Transaction);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }

    // QMTP keeps packages in flight: the first ends after the second has begun.
    [Fact]
    public async Task EndTransaction_OfAnEarlierOne_LeavesTheCurrentAlone()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnMail = (_, _) => ProbeFilter.Say(ProbeFilter.Refused) });
        await run.MailAsync(Transaction);
        var earlier = Transaction;
        NextTransaction();
        await run.MailAsync(Transaction);
        run.EndTransaction(earlier);
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task Auth_Reject_IsAnsweredAtOnce()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnAuth = _ => ProbeFilter.Say(ProbeFilter.Refused) });
        Assert.Same(ProbeFilter.Refused, (await run.AuthAsync()).Reason);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task Violation_OfOneKind_ReachesFiltersOnce()
    {
        ProbeFilter filter = new();
        await using FilterRun run = Begin(filter);
        await run.ViolationAsync(ProtocolViolation.EarlyTalk);
        await run.ViolationAsync(ProtocolViolation.EarlyTalk);
        await run.ViolationAsync(ProtocolViolation.BareLf);
        Assert.Equal(2, filter.Calls.Count);
    }

    [Fact]
    public async Task Violation_Reject_IsHeldWhateverOtherKindFollows()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnViolation = (_, kind) => ProbeFilter.Say(kind == ProtocolViolation.EarlyTalk ? ProbeFilter.Refused : null) });
        await run.ViolationAsync(ProtocolViolation.EarlyTalk);
        await run.ViolationAsync(ProtocolViolation.BareCr);
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
    }

    // The recipient was accepted before the bare LF came: the verdict is given at the end of the content.
    [Fact]
    public async Task Violation_DuringContent_RefusesTheMessage()
    {
        await using FilterRun run = Begin(new ProbeFilter { OnViolation = (_, _) => ProbeFilter.Say(ProbeFilter.Refused) });
        await Rcpt(run);
        Transaction.AddRecipient("rcpt@example.com");
        await run.ViolationAsync(ProtocolViolation.BareLf);
        Assert.Same(ProbeFilter.Refused, (await Message(run))[0].Reason);
    }

    [Fact]
    public async Task Held_Quarantine_AcceptsAtRcptAndQuarantinesTheMessage()
    {
        Harness.Add("first", ProbeFilter.AtConnect(ProbeFilter.Kept));
        await using FilterRun run = Begin(RejectAt.Stage);
        Assert.Equal(VerdictKind.Continue, (await run.ConnectAsync()).Kind);
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
        Assert.Same(ProbeFilter.Kept, (await Message(run))[0].Reason);
    }

    [Fact]
    public async Task Rcpt_Quarantine_IsKeptForThatRecipientAlone()
    {
        Harness.Add("one", new ProbeFilter { OnRcpt = (_, recipient, _) => ProbeFilter.Say(recipient.Index == 0 ? ProbeFilter.Kept : null) });
        await using FilterRun run = Begin();
        for (int i = 0; i < 2; i++)
        {
            var recipient = Transaction.Ask($"r{i}@example.com");
            await run.RcptAsync(Transaction, recipient);
            Transaction.Accept(recipient);
        }

        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal(VerdictKind.Quarantine, verdicts[0].Kind);
        Assert.Equal(VerdictKind.Continue, verdicts[1].Kind);
    }
}
