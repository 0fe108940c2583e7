using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>Which changes count: those of filters that may make them, whose call ended well, in this transaction, and once.</summary>
public sealed class ChangeLifetimeTests : CompositionTest
{
    [Fact]
    public async Task Trace_InsertedBeforeTheContent_IsWrittenOnce()
    {
        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMail = static (self, transaction) => self.Changes(transaction).InsertHeader("Received-SPF", "pass"),
            AtRcpt = static (self, transaction, _) => self.Changes(transaction).InsertHeader("X-Rcpt", "seen"),
            AtMessage = static (self, transaction) => self.Changes(transaction).InsertHeader("X-Late", "yes"),
        }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        await Rcpt(run);
        ArrayBufferWriter<byte> trace = new();
        run.WriteTrace(Transaction, trace);
        string written = Encoding.ASCII.GetString(trace.WrittenSpan);
        Assert.Equal("X-Rcpt: seen\r\nReceived-SPF: pass\r\n", written);
        DeliveryGroup group = Assert.Single(await ComposeAsync(run, "Received: by edge\r\n" + written + "Subject: x\r\n\r\ntext\r\n"));
        Assert.Equal("X-Late: yes\r\nReceived: by edge\r\n" + written + "Subject: x\r\n\r\ntext\r\n", Text(group));
    }

    // "Remove all, then add mine" is what every tagging filter does; its own field, which stands among the trace fields by then, must survive it.
    [Fact]
    public async Task Trace_OwnFieldBehindARemoveAll_Survives()
    {
        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMail = static (self, transaction) =>
            {
                IMessageChanges changes = self.Changes(transaction);
                changes.RemoveHeader("X-Spam", 0);
                changes.InsertHeader("X-Spam", "ours");
            },
        }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        ArrayBufferWriter<byte> trace = new();
        run.WriteTrace(Transaction, trace);
        string written = Encoding.ASCII.GetString(trace.WrittenSpan);
        DeliveryGroup group = Assert.Single(await ComposeAsync(run, "Received: by edge\r\n" + written + "X-Spam: forged\r\nSubject: x\r\n\r\ntext\r\n"));
        Assert.Equal("Received: by edge\r\nX-Spam: ours\r\nSubject: x\r\n\r\ntext\r\n", Text(group));
    }

    [Fact]
    public async Task Changes_OfAFailedFilter_AreDroppedAsASet()
    {
        Add("probe", static changes =>
        {
            changes.InsertHeader("X-Half", "1");
            throw new InvalidOperationException("bug");
        }, new DriverOptions { OnError = FailurePolicy.Continue }, new FilterTraits { Effect = FilterEffect.Annotates });
        await using FilterRun run = Begin();
        Assert.Equal(Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Changes_OfAFailedCall_DoNotRideOnTheNextCall()
    {
        Harness.Add("probe", static context => new ChangesFilter(context)
        {
            AtMail = static (self, transaction) =>
            {
                self.Changes(transaction).InsertHeader("X-Half", "1");
                throw new InvalidOperationException("bug");
            },
            AtRcpt = static (self, transaction, _) => self.Changes(transaction).InsertHeader("X-Whole", "1"),
        }, new DriverOptions { OnError = FailurePolicy.Continue }, new FilterTraits { Effect = FilterEffect.Annotates });
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        await Rcpt(run);
        Assert.Equal("X-Whole: 1\r\n" + Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Changes_OfAShadowFilter_AreNotMade()
    {
        Add("probe", static changes => changes.RemoveHeader("Subject", 0), new DriverOptions { Shadow = true });
        await using FilterRun run = Begin();
        Assert.Equal(Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Changes_OfAnEndedTransaction_AreForgotten()
    {
        Harness.Add("probe", static context => new ChangesFilter(context) { AtRcpt = static (self, transaction, _) => self.Changes(transaction).InsertHeader("X-Old", "1") }, traits: ChangesFilter.Rewrites);
        await using FilterRun run = Begin();
        await run.MailAsync(Transaction);
        await Rcpt(run);
        run.EndTransaction(Transaction);
        NextTransaction();
        await run.MailAsync(Transaction);
        Assert.Equal(Content, Text(Assert.Single(await ComposeAsync(run))));
    }

    [Fact]
    public async Task Change_BeyondTheDeclaredEffect_IsAFailureOfTheFilter()
    {
        Add("none", static changes => changes.InsertHeader("X", "1"), traits: FilterTraits.Default);
        Add("annotates", static changes => changes.RemoveHeader("X", 0), traits: new FilterTraits { Effect = FilterEffect.Annotates });
        Add("bare", static changes => changes.ReplaceBody(new ReadOnlySequence<byte>("bare\nLF"u8.ToArray())), traits: ChangesFilter.ReplacesBody);
        Add("body", static changes => changes.ReplaceBody(new ReadOnlySequence<byte>("New.\r\n"u8.ToArray())));
        await using FilterRun run = Begin();
        await Message(run);
        foreach (string name in (string[])["none", "annotates", "bare", "body"])
        {
            Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, name, "message", "exception"));
        }
    }

    [Fact]
    public async Task Change_AfterTheCallHasEnded_Throws()
    {
        IMessageChanges? kept = null;
        Add("probe", changes => kept = changes);
        await using FilterRun run = Begin();
        await Message(run);
        Assert.Throws<InvalidOperationException>(() => kept!.InsertHeader("X", "late"));
    }
}
