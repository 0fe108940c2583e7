using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class SkipTests : DriverTest
{
    private static readonly FactKey<bool> Friend = new("test.friend", FactScope.Recipient);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Relay_FollowsTheSession(bool mayRelay)
    {
        Session.Relay = mayRelay;
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused), traits: new FilterTraits { SkipWhen = [KnownFacts.Relay] });
        Assert.Equal(mayRelay ? VerdictKind.Continue : VerdictKind.Reject, (await Rcpt(run)).Kind);
        Assert.Equal(mayRelay ? 1 : 0, Harness.Metrics.Value(FilterMetrics.Skipped, "probe", "relay"));
    }

    [Theory]
    [InlineData("trusted")]
    [InlineData("trusted-forwarder")]
    public async Task KnownFact_SetByTheSession_SkipsFiltersThatNameIt(string fact)
    {
        SessionFacts.Set(Session, fact == "trusted" ? KnownFacts.Trusted : KnownFacts.TrustedForwarder, true);
        Harness.Add("skips", ProbeFilter.AtRcpt(ProbeFilter.Refused), new DriverOptions { SkipWhen = [fact] });
        await using FilterRun run = Begin();
        Assert.Equal(VerdictKind.Continue, (await Rcpt(run)).Kind);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Skipped, "skips", fact));
    }

    // An allow list is no verdict: what does not name the fact runs as ever.
    [Fact]
    public async Task Trusted_LeavesOtherFiltersAlone()
    {
        SessionFacts.Set(Session, KnownFacts.Trusted, true);
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused));
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task Fact_PublishedAsFalse_DoesNotSkip()
    {
        SessionFacts.Set(Session, KnownFacts.Trusted, false);
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused), new DriverOptions { SkipWhen = ["trusted"] });
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task SkipWhen_EmptyInConfiguration_ReplacesTheDefaultOfTheType()
    {
        Session.Relay = true;
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused), new DriverOptions { SkipWhen = [] }, new FilterTraits { SkipWhen = [KnownFacts.Relay] });
        Assert.Equal(VerdictKind.Reject, (await Rcpt(run)).Kind);
    }

    [Theory]
    [InlineData(SessionProtocol.Smtp, VerdictKind.Reject)]
    [InlineData(SessionProtocol.Qmtp, VerdictKind.Continue)]
    [InlineData(SessionProtocol.Qmqp, VerdictKind.Continue)]
    public async Task SmtpOnly_OnOtherProtocols_TakesNoPart(SessionProtocol protocol, VerdictKind expected)
    {
        Session.ProtocolInUse = protocol;
        await using FilterRun run = Begin(ProbeFilter.AtRcpt(ProbeFilter.Refused), traits: new FilterTraits { SmtpOnly = true });
        Assert.Equal(expected, (await Rcpt(run)).Kind);
    }

    [Fact]
    public async Task RecipientFact_AfterTheContent_SparesThatRecipientAlone()
    {
        FilterTraits friends = new() { Provides = [Friend] };
        Harness.Add("friends", context => new ProbeFilter
        {
            OnRcpt = (_, recipient, _) =>
            {
                if (recipient.Index == 0)
                {
                    context.Publish(recipient, Friend, true);
                }

                return Verdict.Continue;
            },
        }, traits: friends);
        Harness.Add("content", ProbeFilter.AtMessage(static (_, verdicts) => verdicts.SetAll(Verdict.From(ProbeFilter.Refused))), new DriverOptions { SkipWhen = ["test.friend"] });
        await using FilterRun run = Begin();
        for (int i = 0; i < 2; i++)
        {
            var recipient = Transaction.Ask($"r{i}@example.com");
            await run.RcptAsync(Transaction, recipient);
            Transaction.Accept(recipient);
        }

        RecipientVerdicts verdicts = await Message(run);
        Assert.Equal(VerdictKind.Continue, verdicts[0].Kind);
        Assert.Equal(VerdictKind.Reject, verdicts[1].Kind);
    }
}
