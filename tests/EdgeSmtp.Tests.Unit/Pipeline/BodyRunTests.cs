using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Pipeline.Driving;
using EdgeSmtp.Testing.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

public sealed class BodyRunTests : DriverTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly ReadOnlySequence<byte> Chunk = new(Encoding.ASCII.GetBytes("some text\r\n"));

    [Fact]
    public async Task Sinks_AllInterested_GetEveryChunkAndAreCompletedOnce()
    {
        SinkFilter first = new();
        SinkFilter second = new();
        Harness.Add("first", first).Add("second", second);
        await using FilterRun run = Begin();
        Transaction.AddRecipient("a@example.com");
        BodyRun body = run.OpenBody(Transaction)!;
        Assert.True(body.WantsMore);
        await body.WriteAsync(Chunk);
        await body.WriteAsync(Chunk);
        await Message(run, body);
        await body.DisposeAsync();
        await body.DisposeAsync();
        Assert.All([first, second], static sink => Assert.Equal((2, 22, 1, 1), (sink.Writes, (int)sink.Bytes, sink.Completions, sink.Disposals)));
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Duration, "first", "body"));
    }

    [Fact]
    public async Task OpenBody_NobodyInterested_IsNull()
    {
        await using FilterRun run = Begin(new SinkFilter { IsInterested = static _ => false });
        Transaction.AddRecipient("a@example.com");
        Assert.Null(run.OpenBody(Transaction));
        Assert.Equal(VerdictKind.Continue, (await Message(run))[0].Kind);
    }

    [Fact]
    public async Task Dispose_WithoutCompletion_GivesTheMessageUp()
    {
        SinkFilter sink = new();
        await using FilterRun run = Begin(sink);
        Transaction.AddRecipient("a@example.com");
        BodyRun body = run.OpenBody(Transaction)!;
        await body.WriteAsync(Chunk);
        await body.DisposeAsync();
        Assert.Equal((0, 1), (sink.Completions, sink.Disposals));
    }

    [Fact]
    public async Task Decided_StopsChunksAndCompletesAtOnce()
    {
        SinkFilter sink = new()
        {
            OnWrite = static (_, _) => new ValueTask<SinkState>(SinkState.Decided),
            OnComplete = static (verdicts, _) =>
            {
                verdicts.SetAll(Verdict.From(SinkFilter.Virus));
                return default;
            },
        };
        await using FilterRun run = Begin(sink);
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        BodyRun body = run.OpenBody(Transaction)!;
        await body.WriteAsync(Chunk);
        Assert.False(body.WantsMore);
        Assert.True(body.AllRefused);
        await body.WriteAsync(Chunk);
        Assert.Equal((1, 1), (sink.Writes, sink.Completions));
        RecipientVerdicts verdicts = new();
        // Drained, not staged: there is no content.
        await run.MessageAsync(Transaction, body, verdicts);
        Assert.All([verdicts[0], verdicts[1]], static verdict => Assert.Same(SinkFilter.Virus, verdict.Reason));
        Assert.Equal(1, sink.Completions);
        await body.DisposeAsync();
        Assert.Equal(2, Harness.Metrics.Value(FilterMetrics.Verdicts, "probe", "body", "reject", "virus"));
    }

    [Fact]
    public async Task Decided_ForSomeRecipients_GoesOnReceiving()
    {
        SinkFilter sink = new()
        {
            OnWrite = static (_, _) => new ValueTask<SinkState>(SinkState.Decided),
            OnComplete = static (verdicts, _) =>
            {
                verdicts.Set(0, Verdict.From(SinkFilter.Virus));
                return default;
            },
        };
        SinkFilter other = new();
        Harness.Add("decided", sink).Add("other", other);
        await using FilterRun run = Begin();
        Transaction.AddRecipient("a@example.com");
        Transaction.AddRecipient("b@example.com");
        await using BodyRun body = run.OpenBody(Transaction)!;
        await body.WriteAsync(Chunk);
        await body.WriteAsync(Chunk);
        Assert.False(body.AllRefused);
        Assert.True(body.WantsMore);
        Assert.Equal((1, 2), (sink.Writes, other.Writes));
        RecipientVerdicts verdicts = await Message(run, body);
        Assert.Equal((VerdictKind.Reject, VerdictKind.Continue), (verdicts[0].Kind, verdicts[1].Kind));
    }

    [Fact]
    public async Task AllRefused_ByShadowOrDefer_IsNotTheCase()
    {
        SinkFilter Refusing() => new()
        {
            OnWrite = static (_, _) => new ValueTask<SinkState>(SinkState.Decided),
            OnComplete = static (verdicts, _) =>
            {
                verdicts.SetAll(Verdict.From(SinkFilter.Virus));
                return default;
            },
        };
        SinkFilter failing = new() { OnWrite = static (_, _) => throw new InvalidOperationException("bug") };
        Harness.Add("shadow", Refusing(), new DriverOptions { Shadow = true }).Add("failing", failing);
        await using FilterRun run = Begin();
        Transaction.AddRecipient("a@example.com");
        await using BodyRun body = run.OpenBody(Transaction)!;
        await body.WriteAsync(Chunk);
        Assert.False(body.AllRefused);
        Assert.Equal(VerdictKind.Defer, (await Message(run, body))[0].Kind);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.ShadowVerdicts, "shadow", "body", "reject", "virus"));
    }

    [Theory]
    [InlineData(FailurePolicy.Defer, VerdictKind.Defer)]
    [InlineData(FailurePolicy.Reject, VerdictKind.Reject)]
    [InlineData(FailurePolicy.Continue, VerdictKind.Continue)]
    public async Task Failure_AnywhereInASink_GivesThePolicyOnce(FailurePolicy policy, VerdictKind expected)
    {
        SinkFilter[] sinks =
        [
            new() { IsInterested = static _ => throw new InvalidOperationException("open") },
            new() { OnWrite = static (_, _) => throw new InvalidOperationException("write") },
            new() { OnWrite = static async (_, _) => await FailLaterAsync() },
            new() { OnComplete = static (_, _) => throw new InvalidOperationException("complete") },
            new() { OnWrite = static (_, _) => new(SinkState.Decided), OnComplete = static (_, _) => throw new InvalidOperationException("decided") },
        ];
        foreach (SinkFilter sink in sinks)
        {
            using PipelineHarness harness = new();
            harness.Add("sink", sink, new DriverOptions { OnError = policy });
            await using FilterRun run = harness.Build().Begin(Session, RejectAt.Recipient);
            NextTransaction();
            Transaction.AddRecipient("a@example.com");
            await using BodyRun body = run.OpenBody(Transaction)!;
            await body.WriteAsync(Chunk);
            await body.WriteAsync(Chunk);
            Assert.Equal(expected, (await Message(run, body))[0].Kind);
            Assert.Equal(1, harness.Metrics.Value(FilterMetrics.Errors, "sink", "body", "exception"));
            Assert.True(sink.Writes <= 2);
        }
    }

    [Fact]
    public async Task Deadline_OfAWrite_IsThatOfOneWrite()
    {
        SinkFilter sink = new()
        {
            OnWrite = static async (_, token) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(token);
                return SinkState.More;
            },
        };
        await using FilterRun run = Begin(sink, new DriverOptions { Timeout = Deadline, OnTimeout = FailurePolicy.Reject });
        Transaction.AddRecipient("a@example.com");
        await using BodyRun body = run.OpenBody(Transaction)!;
        ValueTask write = body.WriteAsync(Chunk);
        Harness.Time.Advance(Deadline);
        await write;
        Assert.True(body.AllRefused);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "body", "timeout"));
    }

    [Fact]
    public async Task Deadline_IsNotAddedUpOverWrites()
    {
        TaskCompletionSource<SinkState> gate = new();
        SinkFilter sink = new() { OnWrite = (_, _) => new ValueTask<SinkState>(gate.Task) };
        await using FilterRun run = Begin(sink, new DriverOptions { Timeout = Deadline });
        Transaction.AddRecipient("a@example.com");
        await using BodyRun body = run.OpenBody(Transaction)!;
        for (int i = 0; i < 3; i++)
        {
            ValueTask write = body.WriteAsync(Chunk);
            Harness.Time.Advance(Deadline - TimeSpan.FromSeconds(1));
            TaskCompletionSource<SinkState> now = gate;
            gate = new TaskCompletionSource<SinkState>();
            now.SetResult(SinkState.More);
            await write;
        }

        Assert.Equal(VerdictKind.Continue, (await Message(run, body))[0].Kind);
    }

    // Back-pressure: the second sink gets a chunk only when the first has given it back, and the write ends after the last.
    [Fact]
    public async Task Chunk_IsLentToOneSinkAfterTheOther()
    {
        TaskCompletionSource<SinkState> gate = new();
        SinkFilter slow = new() { OnWrite = (_, _) => new ValueTask<SinkState>(gate.Task) };
        SinkFilter second = new();
        Harness.Add("slow", slow).Add("second", second);
        await using FilterRun run = Begin();
        Transaction.AddRecipient("a@example.com");
        await using BodyRun body = run.OpenBody(Transaction)!;
        ValueTask write = body.WriteAsync(Chunk);
        Assert.Equal(0, second.Writes);
        Assert.False(write.IsCompleted);
        gate.SetResult(SinkState.More);
        await write;
        Assert.Equal(1, second.Writes);
    }

    [Fact]
    public async Task Session_AbortedDuringAWrite_RefusesAndCountsNoFailure()
    {
        SinkFilter sink = new() { OnWrite = static async (_, token) => await WaitAsync(token) };
        await using FilterRun run = Begin(sink);
        Transaction.AddRecipient("a@example.com");
        await using BodyRun body = run.OpenBody(Transaction)!;
        ValueTask write = body.WriteAsync(Chunk);
        Session.Abort();
        await write;
        Assert.Equal("session-aborted", (await Message(run, body))[0].Reason!.Token);
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "body", "exception"));
        Assert.Equal(0, Harness.Metrics.Value(FilterMetrics.Errors, "probe", "body", "timeout"));
    }

    [Fact]
    public async Task Group_OfSinks_IsCompletedTogether()
    {
        TaskCompletionSource first = new();
        SinkFilter second = new();
        Harness.AddGroup("scanners", [PipelineHarness.Instance("a", new SinkFilter { OnComplete = (_, _) => new ValueTask(first.Task) }), PipelineHarness.Instance("b", second)]);
        await using FilterRun run = Begin();
        Transaction.AddRecipient("a@example.com");
        await using BodyRun body = run.OpenBody(Transaction)!;
        Task<RecipientVerdicts> pending = Message(run, body);
        Assert.Equal(1, second.Completions);
        Assert.False(pending.IsCompleted);
        first.SetResult();
        Assert.Equal(VerdictKind.Continue, (await pending)[0].Kind);
    }

    [Fact]
    public async Task Dispose_ThatThrowsOrHangs_IsCountedAndEnds()
    {
        SinkFilter throwing = new() { OnDispose = static () => throw new InvalidOperationException("bug") };
        SinkFilter hanging = new() { OnDispose = static () => new ValueTask(new TaskCompletionSource().Task) };
        SinkFilter last = new();
        Harness.Add("throwing", throwing).Add("hanging", hanging, new DriverOptions { Timeout = Deadline }).Add("last", last);
        await using FilterRun run = Begin();
        Transaction.AddRecipient("a@example.com");
        BodyRun body = run.OpenBody(Transaction)!;
        ValueTask disposal = body.DisposeAsync();
        Harness.Time.Advance(Deadline);
        Harness.Time.Advance(CallWatch.Grace);
        await disposal;
        Assert.Equal(1, last.Disposals);
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, "throwing", "body", "dispose"));
        Assert.Equal(1, Harness.Metrics.Value(FilterMetrics.Errors, "hanging", "body", "dispose"));
    }

    private static async ValueTask<SinkState> WaitAsync(CancellationToken token)
    {
        await new TaskCompletionSource().Task.WaitAsync(token);
        return SinkState.More;
    }

    private static async ValueTask<SinkState> FailLaterAsync()
    {
        await Task.Yield();
        throw new InvalidOperationException("write");
    }
}
