using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>The gate of the hot path: stages whose filters do not wait allocate nothing, metrics included.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Calls = 200;
    private const int Passes = 4;

    private readonly PipelineHarness _harness = new();
    private readonly TestSession _session = new();

    [Fact]
    public void Rcpt_EightFilters_AllocatesNothing()
    {
        for (int i = 0; i < 8; i++)
        {
            _harness.Add($"f{i}", new PassFilter());
        }

        AssertNothing();
    }

    [Fact]
    public void Rcpt_Group_AllocatesNothing()
    {
        _harness.AddGroup("group", [.. Enumerable.Range(0, 4).Select(static i => PipelineHarness.Instance($"f{i}", new PassFilter()))]);
        AssertNothing();
    }

    [Fact]
    public void Rcpt_FiltersThatAreSkippedByFacts_AllocatesNothing()
    {
        _session.Relay = true;
        SessionFacts.Set(_session, KnownFacts.Trusted, true);
        for (int i = 0; i < 4; i++)
        {
            _harness.Add($"f{i}", new PassFilter(), new DriverOptions { SkipWhen = [i % 2 == 0 ? "trusted" : "relay"] });
        }

        AssertNothing();
    }

    [Fact]
    public void Rcpt_Rejected_AllocatesNothing()
    {
        _harness.Add("pass", new PassFilter()).Add("reject", new PassFilter(ProbeFilter.Refused));
        AssertNothing();
    }

    [Fact]
    public void ConnectHelloAndMail_AllocateNothing()
    {
        _harness.Add("a", new PassFilter()).Add("b", new PassFilter());
        FilterRun run = _harness.Build().Begin(_session, RejectAt.Recipient);
        TestTransaction transaction = new(_session);
        Assert.Equal(0, Measure(() =>
        {
            Finish(run.ConnectAsync());
            Finish(run.HelloAsync());
            Finish(run.MailAsync(transaction));
        }));
    }

    [Fact]
    public void Message_TwoRecipients_AllocatesNothing()
    {
        _harness.Add("a", new PassFilter()).Add("b", new PassFilter());
        FilterRun run = _harness.Build().Begin(_session, RejectAt.Recipient);
        TestTransaction transaction = new(_session);
        transaction.AddRecipient("a@example.com");
        transaction.AddRecipient("b@example.com");
        using TestMessageContent content = new("Subject: x\n\ntext\n");
        transaction.Staged = content;
        RecipientVerdicts verdicts = new();
        Assert.Equal(0, Measure(() => Finish(run.MessageAsync(transaction, null, verdicts))));
    }

    [Fact]
    public void BodyWrite_SinkThatDoesNotWait_AllocatesNothing()
    {
        _harness.Add("sink", new SinkFilter());
        FilterRun run = _harness.Build().Begin(_session, RejectAt.Recipient);
        TestTransaction transaction = new(_session);
        transaction.AddRecipient("a@example.com");
        BodyRun body = run.OpenBody(transaction)!;
        byte[] chunk = new byte[1024];
        Assert.Equal(0, Measure(() => Finish(body.WriteAsync(new System.Buffers.ReadOnlySequence<byte>(chunk)))));
    }

    public void Dispose()
    {
        _harness.Dispose();
        _session.Dispose();
    }

    private static void Finish(ValueTask<Verdict> pending)
    {
        Assert.True(pending.IsCompletedSuccessfully);
        _ = pending.GetAwaiter().GetResult();
    }

    private static void Finish(ValueTask pending)
    {
        Assert.True(pending.IsCompletedSuccessfully);
        pending.GetAwaiter().GetResult();
    }

    /// <summary>Bytes of the best of a few passes: what a call allocates shows in all of them, what the runtime does once, when it replaces a method, in one.</summary>
    private static long Measure(Action call)
    {
        long least = long.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private void AssertNothing()
    {
        FilterRun run = _harness.Build().Begin(_session, RejectAt.Recipient);
        TestTransaction transaction = new(_session);
        TestRecipient recipient = transaction.Ask("a@example.com");
        Assert.Equal(0, Measure(() => Finish(run.RcptAsync(transaction, recipient))));
    }

    private sealed class PassFilter(FilterReason? reason = null) : IConnectFilter, IHelloFilter, IMailFilter, IRcptFilter, IMessageFilter
    {
        public static readonly FilterReason Refused = ProbeFilter.Refused;

        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Verdict.Continue;

        public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken) => Verdict.Continue;

        public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) => Verdict.Continue;

        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) =>
            reason is null ? Verdict.Continue : Verdict.From(reason);

        public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken) => default;
    }
}
