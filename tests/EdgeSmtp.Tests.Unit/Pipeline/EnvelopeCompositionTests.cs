using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>How changes of the envelope, and those for single recipients, come out as groups.</summary>
public sealed class EnvelopeCompositionTests : CompositionTest
{
    [Fact]
    public async Task Envelope_ReversePathAndRecipients_AreChanged()
    {
        Transaction.AddRecipient("a@example.com");
        TestRecipient removed = Transaction.AddRecipient("b@example.com");
        Add("probe", changes =>
        {
            changes.ReplaceReversePath(TestPath.Of("bounces@example.net"));
            changes.AddRecipient(TestPath.Of("archive@example.net"));
            changes.AddRecipient(TestPath.Of("ARCHIVE@example.net"));
            changes.AddRecipient(TestPath.Of("a@example.com"));
            changes.RemoveRecipient(removed);
        });
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Equal("bounces@example.net", group.ReversePath.ToString());
        Assert.Equal("a@example.com", Assert.Single(group.Recipients).ForwardPath.ToString());
        Assert.Equal("archive@example.net", Assert.Single(group.Added).ForwardPath.ToString());
    }

    [Fact]
    public async Task AddRecipient_WhomTheClientWasRefused_IsNotLetInByTheBackDoor()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        Add("probe", static changes => changes.AddRecipient(TestPath.Of("b@example.com")));
        Harness.Add("refuse", ProbeFilter.AtMessage(static (_, verdicts) => verdicts.Set(1, Verdict.From(ProbeFilter.Refused))));
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.Empty(group.Added);
        Assert.Equal([0], group.Recipients.Select(static recipient => recipient.Index));
    }

    [Fact]
    public async Task AddRecipient_WhenAllIsQuarantined_IsHeldAsWell()
    {
        Add("probe", static changes => changes.AddRecipient(TestPath.Of("archive@example.net")));
        Harness.Add("hold", ProbeFilter.AtMessage(static (_, verdicts) => verdicts.SetAll(Verdict.From(ProbeFilter.Kept))));
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await ComposeAsync(run));
        Assert.True(group.Quarantined);
        Assert.Single(group.Added);
    }

    [Fact]
    public async Task RecipientChanges_EqualOnesShareAGroup()
    {
        foreach (string name in (string[])["a", "b", "c", "d"])
        {
            Transaction.AddRecipient($"{name}@example.com");
        }

        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMessage = static (self, transaction) =>
            {
                self.Changes(transaction).InsertHeader("X-All", "yes");
                self.Changes(transaction.Recipients[1]).InsertHeader("X-Spam", "5");
                self.Changes(transaction.Recipients[2]).RemoveHeader("X-A", 0);
                self.Changes(transaction.Recipients[3]).InsertHeader("X-Spam", "5");
            },
        }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        IReadOnlyList<DeliveryGroup> groups = await ComposeAsync(run);
        Assert.Equal(3, groups.Count);
        Assert.Equal([[0], [1, 3], [2]], groups.Select(static group => group.Recipients.Select(static recipient => recipient.Index).ToArray()));
        Assert.StartsWith("X-Spam: 5\r\nX-All: yes\r\n", Text(groups[1]), StringComparison.Ordinal);
        Assert.StartsWith("X-All: yes\r\nReceived: by edge\r\nSubject: one\r\n\r\n", Text(groups[2]), StringComparison.Ordinal);
    }
}
