using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class SealTests : DriverTest
{
    private static readonly FilterTraits Annotates = new() { Effect = FilterEffect.Annotates };

    [Fact]
    public async Task Seal_SeesTheComposedMessageOfEachGroup()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        List<string> seen = [];
        Harness.Add("tag", static context => new ChangesFilter(context) { AtMessage = static (self, transaction) => self.Changes(transaction.Recipients[1]).InsertHeader("X-Tag", "b") }, traits: ChangesFilter.Rewrites)
            .Add("seal", new Sealer(seal =>
            {
                seen.Add(Encoding.ASCII.GetString(seal.Message.ToArray()));
                seal.Prepend("DKIM-Signature", "v=1;\r\n\tb=abc");
            }), traits: Annotates);
        await using FilterRun run = Begin();
        IReadOnlyList<DeliveryGroup> groups = await run.ComposeAsync(Transaction, await Message(run));
        Assert.Equal([Content, "X-Tag: b\r\n" + Content], seen);
        Assert.Equal("DKIM-Signature: v=1;\r\n\tb=abc\r\n" + Content, Text(groups[0]));
        Assert.Equal("DKIM-Signature: v=1;\r\n\tb=abc\r\nX-Tag: b\r\n" + Content, Text(groups[1]));
    }

    [Fact]
    public async Task Seals_InAGroup_TakeTurns()
    {
        Harness.AddGroup("seals", [
            PipelineHarness.Instance("inner", new Sealer(static seal => seal.Prepend("X-Inner", "1")), traits: Annotates),
            PipelineHarness.Instance("outer", new Sealer(static seal => seal.Prepend("X-Outer", $"over {seal.Message.Length}")), traits: Annotates)]);
        await using FilterRun run = Begin();
        DeliveryGroup group = Assert.Single(await run.ComposeAsync(Transaction, await Message(run)));
        Assert.Equal($"X-Outer: over {Content.Length + "X-Inner: 1\r\n".Length}\r\nX-Inner: 1\r\n" + Content, Text(group));
    }

    [Fact]
    public async Task Seal_ThatFailsAndMayNotFailOpen_LeavesNothingToCommit()
    {
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        Harness.Add("seal", new Sealer(static _ => throw new InvalidOperationException("no key")), traits: Annotates);
        await using FilterRun run = Begin();
        RecipientVerdicts verdicts = await Message(run);
        Assert.Empty(await run.ComposeAsync(Transaction, verdicts));
        Assert.All([verdicts[0], verdicts[1]], static verdict => Assert.Equal(VerdictKind.Defer, verdict.Kind));
    }

    [Fact]
    public async Task Seal_ThatFailsOpen_LeavesNothingOfItself()
    {
        Harness.Add("half", new Sealer(static seal =>
        {
            seal.Prepend("X-Half", "1");
            throw new InvalidOperationException("no key");
        }), new DriverOptions { OnError = FailurePolicy.Continue }, Annotates);
        Harness.Add("whole", new Sealer(static seal => seal.Prepend("X-Whole", "1")), traits: Annotates);
        await using FilterRun run = Begin();
        Assert.Equal("X-Whole: 1\r\n" + Content, Text(Assert.Single(await run.ComposeAsync(Transaction, await Message(run)))));
    }

    [Fact]
    public async Task Seal_InShadow_LeavesNothingOfItself()
    {
        Harness.Add("seal", new Sealer(static seal => seal.Prepend("X-Shadow", "1")), new DriverOptions { Shadow = true }, Annotates);
        await using FilterRun run = Begin();
        Assert.Equal(Content, Text(Assert.Single(await run.ComposeAsync(Transaction, await Message(run)))));
    }

    private sealed class Sealer(Action<SealContext> seal) : ISealFilter
    {
        public ValueTask OnSealAsync(Transaction transaction, SealContext context, CancellationToken cancellationToken)
        {
            seal(context);
            return default;
        }
    }
}
