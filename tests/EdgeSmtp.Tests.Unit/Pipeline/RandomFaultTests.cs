using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Pipeline.Driving;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>Filters that fail in every way at random: the driver never throws, always ends, and lets no message pass that one of them did not pass.</summary>
public sealed class RandomFaultTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Sessions_OfFaultyFilters_AllEndAndNoneFailsOpen()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            await RunAsync(seed);
        }
    }

    private static async Task RunAsync(int seed)
    {
        Random random = new(seed);
        using PipelineHarness harness = new();
        List<TaskCompletionSource> hanging = [];
        List<TaskCompletionSource> waiting = [];
        int filters = 1 + random.Next(4);
        for (int i = 0; i < filters; i++)
        {
            FilterInstance instance = PipelineHarness.Instance($"f{i}", new Faulty(random, hanging, waiting), new DriverOptions { Timeout = Deadline });
            _ = random.Next(2) == 0 ? harness.Add(instance) : harness.AddGroup($"g{i}", [instance, PipelineHarness.Instance($"n{i}", new Faulty(random, hanging, waiting), new DriverOptions { Timeout = Deadline })]);
        }

        using TestSession session = new();
        TestTransaction transaction = new(session);
        FilterRun run = harness.Build().Begin(session, RejectAt.Stage);
        await Drive(harness, waiting, run.ConnectAsync().AsTask());
        await Drive(harness, waiting, run.HelloAsync().AsTask());
        await Drive(harness, waiting, run.MailAsync(transaction).AsTask());
        Verdict rcpt = await Drive(harness, waiting, run.RcptAsync(transaction, transaction.Ask("a@example.com")).AsTask());
        Assert.True(Faulty.Allowed(rcpt), $"{seed}: {rcpt}");
        transaction.AddRecipient("a@example.com");
        BodyRun? body = run.OpenBody(transaction);
        if (body is not null)
        {
            await Drive(harness, waiting, AsResult(body.WriteAsync(new ReadOnlySequence<byte>("text\r\n"u8.ToArray()))));
        }

        using TestMessageContent content = new("Subject: x\n\ntext\n");
        transaction.Staged = content;
        RecipientVerdicts verdicts = new();
        await Drive(harness, waiting, AsResult(run.MessageAsync(transaction, body, verdicts)));
        Assert.True(Faulty.Allowed(verdicts[0]), $"{seed}: {verdicts[0]}");
        // Whatever went wrong after RCPT in a filter that ran shows in the verdict.
        Assert.True(!Faulty.HasFailedAtMessage(harness) || verdicts[0].Kind >= VerdictKind.Defer, $"{seed}: passed");
        await Drive(harness, waiting, AsResult(body?.DisposeAsync() ?? default));
        await Drive(harness, waiting, AsResult(run.DisposeAsync()));
        foreach (TaskCompletionSource source in hanging)
        {
            source.TrySetResult();
        }

        for (int i = 0; i < filters; i++)
        {
            Assert.Equal(0, harness.Metrics.Value(FilterMetrics.InFlight, $"f{i}"));
            Assert.Equal(0, harness.Metrics.Value(FilterMetrics.InFlight, $"n{i}"));
        }
    }

    private static async Task<bool> AsResult(ValueTask pending)
    {
        await pending;
        return true;
    }

    /// <summary>Ends what waits for a moment, and then moves the clock, until the stage has ended. Everything happens on this thread, so that a seed is one story.</summary>
    private static async Task<T> Drive<T>(PipelineHarness harness, List<TaskCompletionSource> waiting, Task<T> stage)
    {
        for (int i = 0; i < 64 && !stage.IsCompleted; i++)
        {
            TaskCompletionSource[] now = [.. waiting];
            waiting.Clear();
            foreach (TaskCompletionSource source in now)
            {
                source.SetResult();
            }

            if (now.Length == 0)
            {
                harness.Time.Advance(Deadline);
                harness.Time.Advance(CallWatch.Grace);
            }
        }

        Assert.True(stage.IsCompleted);
        return await stage;
    }

    private sealed class Faulty(Random random, List<TaskCompletionSource> hanging, List<TaskCompletionSource> waiting) : IConnectFilter, IHelloFilter, IMailFilter, IRcptFilter, IBodyFilter, IMessageFilter, ISessionEndFilter
    {
        public static readonly FilterReason Later = ProbeFilter.Later;

        public static bool Allowed(Verdict verdict) => verdict.Reason is null || verdict.Reason.Token is "later" or "filter-failed" or "filter-timeout";

        public static bool HasFailedAtMessage(PipelineHarness harness)
        {
            for (int i = 0; i < 4; i++)
            {
                foreach (string name in (string[])[$"f{i}", $"n{i}"])
                {
                    if (harness.Metrics.Value(FilterMetrics.Errors, name, "message", "exception") + harness.Metrics.Value(FilterMetrics.Errors, name, "message", "timeout") > 0)
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => FailAsync(cancellationToken);

        public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken) => FailAsync(cancellationToken);

        public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) => FailAsync(cancellationToken);

        public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => FailAsync(cancellationToken);

        public IBodySink? OpenBody(Transaction transaction) => random.Next(5) switch
        {
            0 => throw new InvalidOperationException("open"),
            1 => null,
            _ => new SinkFilter
            {
                OnWrite = async (_, token) =>
                {
                    await FailAsync(token);
                    return SinkState.More;
                },
                OnComplete = async (_, token) => await FailAsync(token),
                OnDispose = async () => await FailAsync(CancellationToken.None),
            },
        };

        public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken) => verdicts.SetAll(await FailAsync(cancellationToken));

        public async ValueTask OnSessionEndAsync(Session session) => await FailAsync(CancellationToken.None);

        private ValueTask<Verdict> FailAsync(CancellationToken cancellationToken)
        {
            switch (random.Next(9))
            {
                case 0:
                    throw new InvalidOperationException("at once");
                case 1:
                    return ThrowLaterAsync();
                case 2:
                    throw new OperationCanceledException("of its own");
                case 3:
                    return HangAsync(cancellationToken);
                case 4:
                    return HangAsync(CancellationToken.None);
                case 5:
                    cancellationToken.Register(static () => throw new InvalidOperationException("in the callback"));
                    return HangAsync(cancellationToken);
                case 6:
                    return Verdict.From(Later);
                default:
                    return Verdict.Continue;
            }
        }

        private async ValueTask<Verdict> ThrowLaterAsync()
        {
            TaskCompletionSource source = new();
            waiting.Add(source);
            await source.Task;
            throw new InvalidOperationException("later");
        }

        private async ValueTask<Verdict> HangAsync(CancellationToken cancellationToken)
        {
            TaskCompletionSource source = new();
            hanging.Add(source);
            await source.Task.WaitAsync(cancellationToken);
            return Verdict.Continue;
        }
    }
}
