using System.Threading.Channels;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>The bound of whole calls: at it, below it and beyond it.</summary>
public sealed class CallsMaxTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PipelineHarness _harness = new();
    private readonly WaitingFilter _filter = new();
    private readonly List<TestSession> _sessions = [];

    [Fact]
    public async Task Rcpt_BelowAndAtTheBound_AllAreAsked_BeyondItOneWaits()
    {
        FilterPipeline pipeline = Build(2);
        Task<Verdict> first = AskAsync(pipeline);
        Task<Verdict> second = AskAsync(pipeline);
        Assert.Equal(2, _filter.Calls.Count);

        Task<Verdict> third = AskAsync(pipeline);
        Assert.Equal(2, _filter.Calls.Count);

        _filter.Calls[0].SetResult();
        Assert.Equal(VerdictKind.Continue, (await first.WaitAsync(Patience, TestContext.Current.CancellationToken)).Kind);
        await _filter.AskedAsync(3);
        _filter.Calls[1].SetResult();
        _filter.Calls[2].SetResult();
        await second.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await third.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Rcpt_ThatWaitsForAPlaceBeyondItsDeadline_GetsThePolicy_AndIsNeverAsked()
    {
        FilterPipeline pipeline = Build(1);
        Task<Verdict> first = AskAsync(pipeline);
        Task<Verdict> second = AskAsync(pipeline);
        _harness.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(VerdictKind.Defer, (await second.WaitAsync(Patience, TestContext.Current.CancellationToken)).Kind);
        Assert.Single(_filter.Calls);

        // The call that was left behind keeps its place until it ends.
        _harness.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(VerdictKind.Defer, (await first.WaitAsync(Patience, TestContext.Current.CancellationToken)).Kind);
        Task<Verdict> third = AskAsync(pipeline);
        Assert.Single(_filter.Calls);
        _filter.Calls[0].SetResult();
        await _filter.AskedAsync(2);
        _filter.Calls[1].SetResult();
        Assert.Equal(VerdictKind.Continue, (await third.WaitAsync(Patience, TestContext.Current.CancellationToken)).Kind);
    }

    public void Dispose()
    {
        _harness.Dispose();
        _sessions.ForEach(static session => session.Dispose());
    }

    private FilterPipeline Build(int callsMax) => _harness.Add("waits", _filter, new DriverOptions { CallsMax = callsMax, Timeout = TimeSpan.FromSeconds(10) }).Build();

    private Task<Verdict> AskAsync(FilterPipeline pipeline)
    {
        TestSession session = new();
        _sessions.Add(session);
        FilterRun run = pipeline.Begin(session, RejectAt.Recipient);
        TestTransaction transaction = new(session);
        return run.RcptAsync(transaction, transaction.Ask("a@example.com")).AsTask();
    }

    /// <summary>Waits, whatever its token says.</summary>
    private sealed class WaitingFilter : IRcptFilter
    {
        private readonly Channel<int> _asked = Channel.CreateUnbounded<int>();
        private int _seen;

        public List<TaskCompletionSource> Calls { get; } = [];

        public async Task AskedAsync(int calls)
        {
            for (; _seen < calls; _seen++)
            {
                await _asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
        }

        public async ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
        {
            TaskCompletionSource call = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Calls.Add(call);
            _asked.Writer.TryWrite(Calls.Count);
            await call.Task;
            return Verdict.Continue;
        }
    }
}
