using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Script;
using EdgeSmtp.Testing.Harness;
using EdgeSmtp.Tests.Unit.Toolkit.Processes;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Script;

/// <summary>Programs that do not do their part. Each call ends in an exception, which is the driver's to make a policy of; the next program is started, and serves.</summary>
public sealed class ScriptFailureTests : ScriptTest
{
    /// <summary>The first life of the program does something wrong, all others are good.</summary>
    private string Once(string wrong, string stages = "['rcpt']") => Program($$"""
        {{Loop}}
        first = not os.path.exists("{{Folder}}/lived")
        open("{{Folder}}/lived", "w").close()
        def good(question):
            return {"verdict": "reject", "detail": "good"}
        if first:
            {{wrong.Replace("\n", "\n    ", StringComparison.Ordinal)}}
        hello({{stages}})
        serve(good)
        """);

    /// <summary>Lets time pass until the log says why. A process ends in real time: while it does, none may pass, or it is one that does not end.</summary>
    private Task SaidAsync(FilterHarness harness, string why) => UntilAsync(
        harness,
        () => Logs.Lines.Any(line => line.Contains(why, StringComparison.Ordinal)),
        why.StartsWith("it ended with", StringComparison.Ordinal) ? TimeSpan.Zero : TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); sys.exit(3)", "it ended with 3")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); os.kill(os.getpid(), 9)", "it ended with 137")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('{\"id\":', end='', flush=True); sys.exit(0)", "it ended in the middle of a line")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('oops', flush=True); time.sleep(600)", "a line of it is not what it should be")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('', flush=True); time.sleep(600)", "a line of it is not what it should be")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('[1]', flush=True); time.sleep(600)", "a line of it is not what it should be")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('{\"id\":1} {\"id\":2}', flush=True); time.sleep(600)", "a line of it is not what it should be")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('{\"id\":7}', flush=True); time.sleep(600)", "it answered a question that nobody asked")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('{\"id\":1}\\n' * 2, end='', flush=True); time.sleep(600)", "it answered a question that nobody asked")]
    [InlineData("hello(['rcpt']); print('{\"id\":99}', flush=True); time.sleep(600)", "it answered a question that nobody asked")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); print('x' * 70000, end='', flush=True); time.sleep(600)", "a line of it is longer than 65536 bytes")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); os.write(1, b'x' * (64 << 20))", "a line of it is longer than 65536 bytes")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); time.sleep(600)", "it said nothing for 00:00:10")]
    [InlineData("hello(['rcpt']); time.sleep(600)", "it said nothing for 00:00:10")]
    [InlineData("hello(['rcpt']); sys.stdin.readline(); os.close(1); time.sleep(600)", "it closed its standard output")]
    public async Task Child_ThatFails_FailsItsCall_AndIsReplaced(string wrong, string why)
    {
        FilterHarness harness = Make(Once(wrong));
        await harness.MailAsync();
        Task<Verdict> call = harness.RcptAsync().AsTask();
        if (why.Contains("nobody asked", StringComparison.Ordinal))
        {
            // Whether the first answer still found its question depends on who was faster.
            await PassAsync(harness, call.ContinueWith(static ended => ended.Exception, TaskScheduler.Default));
        }
        else
        {
            await FailAsync(harness, call);
        }

        await SaidAsync(harness, why);
        Assert.Equal("Reject script-rejected good", (await PassAsync(harness, harness.RcptAsync().AsTask())).ToString());
    }

    [Theory]
    [InlineData("sys.exit(5)", "it ended with 5 without a hello")]
    [InlineData("os.close(1); time.sleep(600)", "it closed its standard output without a hello")]
    [InlineData("time.sleep(600)", "it gave no hello within 00:00:30")]
    [InlineData("print('hello', flush=True); time.sleep(600)", "its hello is not what it should be")]
    [InlineData("print('{}', flush=True); time.sleep(600)", "its hello is not what it should be")]
    [InlineData("print('{\"edgesmtp\":2,\"stages\":[\"rcpt\"]}', flush=True); time.sleep(600)", "it speaks version 2 of the protocol")]
    [InlineData("print('{\"edgesmtp\":1,\"stages\":[\"RCPT\"]}', flush=True); time.sleep(600)", "its hello names a stage that there is not")]
    [InlineData("print('{\"edgesmtp\":1,\"stages\":[]}', flush=True); time.sleep(600)", "its hello names no stage")]
    [InlineData("hello(['rcpt'], concurrency=0); time.sleep(600)", "or a concurrency below 1")]
    [InlineData("hello(['rcpt'], more=1); time.sleep(600)", "its hello is not what it should be at $.more")]
    public async Task Child_WithoutAGoodHello_IsReplaced_AndNothingPassesMeanwhile(string wrong, string why)
    {
        FilterHarness harness = Make(Once(wrong));
        ValueTask<Verdict> connect = harness.ConnectAsync();
        Assert.False(connect.IsCompletedSuccessfully);
        await SaidAsync(harness, why);
        await PassAsync(harness, harness.MailAsync().AsTask());
        Assert.Equal("Reject script-rejected good", (await PassAsync(harness, harness.RcptAsync().AsTask())).ToString());
        await PassAsync(harness, connect.AsTask().ContinueWith(static ended => ended.Exception, TaskScheduler.Default));
    }

    [Fact]
    public async Task Child_ThatIsKilled_TakesItsChildrenWithIt()
    {
        string pids = Path.Combine(Folder, "pids");
        FilterHarness harness = Make(Program($"printf '{{\"edgesmtp\":1,\"stages\":[\"rcpt\"]}}\\n'; sleep 600 & echo $! $$ >{pids}.new; mv {pids}.new {pids}; wait", "/bin/sh"));
        await harness.MailAsync();
        await FailAsync(harness, harness.RcptAsync().AsTask());
        int[] processes = [.. (await File.ReadAllTextAsync(pids)).Split(' ').Select(int.Parse)];
        foreach (int process in processes)
        {
            await ProcessWatch.EndsAsync(process);
        }
    }

    [Fact]
    public async Task Child_ThatNeverReads_IsEndedWhenItsPipeIsFull()
    {
        // More than a pipe holds, so that a write is under way when the time is over.
        FilterHarness harness = Make(Once("hello(['rcpt'], concurrency=100); time.sleep(600)"));
        harness.Session.HelloText = new string('h', 200);
        await harness.MailAsync();
        string recipient = $"{new string('r', 64)}@{string.Join('.', Enumerable.Repeat(new string('d', 60), 3))}.test";
        Task<Verdict>[] calls = [.. Enumerable.Range(0, 100).Select(_ => harness.RcptAsync(recipient).AsTask())];
        foreach (Task<Verdict> call in calls)
        {
            await FailAsync(harness, call);
        }

        await UntilAsync(harness, () => Logs.Lines.Any(static line => line.Contains("it said nothing", StringComparison.Ordinal)));
        harness.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("good", (await PassAsync(harness, harness.RcptAsync().AsTask())).Detail);
    }

    [Fact]
    public async Task Child_ThatDies_FailsThoseItHasAndNoneOfAnotherChild()
    {
        FilterHarness harness = MakePython(
            "['rcpt']", "os.kill(os.getpid(), 9) if q['recipient'].startswith('die') else time.sleep(0.2) or {'verdict': 'reject'}", static options => options with { Children = 2 });
        await harness.MailAsync();
        Task<Verdict> good = harness.RcptAsync("good@example.com").AsTask();
        Task<Verdict> bad = harness.RcptAsync("die@example.com").AsTask();
        await FailAsync(harness, bad);
        Assert.Same(ScriptFilter.Rejected, (await good).Reason);
    }

    [Fact]
    public async Task Call_GivenUp_KeepsItsPlaceUntilItIsAnswered()
    {
        FilterHarness harness = Make(Program($$"""
            {{Loop}}
            hello(["rcpt"])
            def slow(question):
                while question["recipient"].startswith("slow") and not os.path.exists("{{Folder}}/go"):
                    time.sleep(0.01)
                return {"verdict": "reject", "detail": question["recipient"]}
            serve(slow)
            """));
        await harness.MailAsync();
        using CancellationTokenSource leaves = new();
        Task<Verdict> first = harness.RcptAsync("slow@example.com", leaves.Token).AsTask();
        Task<Verdict> second = harness.RcptAsync("next@example.com").AsTask();
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        await File.WriteAllTextAsync(Path.Combine(Folder, "go"), string.Empty);
        Assert.Equal("next@example.com", (await second).Detail);
    }

    [Fact]
    public async Task Child_WithMoreThanItsLimit_GetsNoMoreThanThat()
    {
        FilterHarness harness = Make(
            Program($$"""
                {{Loop}}
                import threading
                hello(["rcpt"], concurrency=1000)
                asked = [json.loads(sys.stdin.readline()) for _ in range(2)]
                time.sleep(0.3)
                import select
                more = len(select.select([0], [], [], 0)[0])
                for question in asked:
                    print(json.dumps({"id": question["id"], "verdict": "reject", "detail": str(more)}), flush=True)
                serve(lambda q: None)
                """),
            static options => options with { ConcurrencyMax = 2 });
        await harness.MailAsync();
        Task<Verdict>[] calls = [.. Enumerable.Range(0, 3).Select(_ => harness.RcptAsync().AsTask())];
        Verdict[] verdicts = await Task.WhenAll(calls);
        Assert.Equal(["0", "0", null], verdicts.Select(static verdict => verdict.Detail));
    }

    [Fact]
    public async Task QuestionsMax_AtAndOver_FailsAtOnce()
    {
        FilterHarness harness = Make(Program($"{Loop}hello(['rcpt'])\ntime.sleep(600)"), static options => options with { QuestionsMax = 2 });
        await harness.MailAsync();
        Task<Verdict>[] calls = [.. Enumerable.Range(0, 2).Select(_ => harness.RcptAsync().AsTask())];
        Exception error = await Assert.ThrowsAnyAsync<IOException>(() => harness.RcptAsync().AsTask());
        Assert.Contains("too many calls", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(calls, static call => call.IsCompleted);
        foreach (Task<Verdict> call in calls)
        {
            await FailAsync(harness, call);
        }
    }

    [Fact]
    public async Task Breaker_AfterFailuresInARow_IsOpen_AndClosesAgain()
    {
        FilterHarness harness = MakePython("['rcpt']", "{} if os.path.exists(os.path.dirname(sys.argv[0]) + '/well') else {'verdict': 'ill'}", static options => options with { BreakerFailures = 2 });
        await harness.MailAsync();
        for (int i = 0; i < 2; i++)
        {
            Assert.Contains("a verdict that there is not", (await Assert.ThrowsAnyAsync<IOException>(() => harness.RcptAsync().AsTask())).Message, StringComparison.Ordinal);
        }

        Assert.Contains("not asked for a while", (await Assert.ThrowsAnyAsync<IOException>(() => harness.RcptAsync().AsTask())).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Folder, "well"), string.Empty);
        harness.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(VerdictKind.Continue, (await harness.RcptAsync()).Kind);
    }
}
