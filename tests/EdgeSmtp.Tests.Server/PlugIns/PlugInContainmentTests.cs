using System.Diagnostics;
using EdgeSmtp.Tests.Server.Program;
using Xunit;

namespace EdgeSmtp.Tests.Server.PlugIns;

/// <summary>A plug-in that misbehaves for one sender: his transaction gets what the failure policy says, everybody else's goes on, and metrics tell.</summary>
public sealed class PlugInContainmentTests
{
    private const string IfBad = "if (transaction.ReversePath.ToString().Contains(\"bad\"))";
    private const string Short = """{ "Type": "Plugged", "Timeout": "00:00:00.5" }""";

    [Theory]
    [InlineData("", IfBad + " throw new InvalidOperationException(\"bad\"); return default;")]
    [InlineData("async", "await Task.Yield(); " + IfBad + " throw new InvalidOperationException(\"bad\"); return Verdict.Continue;")]
    public async Task Rcpt_PlugInThatThrows_DefersItsOwnTransaction(string modifier, string body)
    {
        await using PlugInServer server = await new PlugInServer().With("rogue", PlugInCompiler.RcptFilter("Plugged", body, modifier: modifier)).StartAsync();
        Assert.StartsWith("451 4.3.0", await server.RcptAsync("bad@sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("""edgesmtp_filter_errors_total{filter="plugged",stage="rcpt",kind="exception"}"""));
    }

    [Theory]
    [InlineData("Task.Delay(Timeout.Infinite)")]
    [InlineData("Task.Delay(Timeout.Infinite, cancellationToken)")]
    [InlineData("new TaskCompletionSource().Task")]
    public async Task Rcpt_PlugInThatHangs_DefersItsOwnTransaction(string wait)
    {
        await using PlugInServer server = await new PlugInServer(Short)
            .With("rogue", PlugInCompiler.RcptFilter("Plugged", $"{IfBad} await {wait}; return Verdict.Continue;", modifier: "async")).StartAsync();
        Task<string> bad = server.RcptAsync("bad@sender.test");
        Assert.StartsWith("250 ", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.StartsWith("451 4.3.0", await bad, StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_filter_errors_total{filter=\"plugged\",stage=\"rcpt\",kind=\"timeout\"}") + await server.MetricAsync("edgesmtp_filter_stuck_total{filter=\"plugged\"}"));
    }

    [Fact]
    public async Task Rcpt_PlugInThatIgnoresItsToken_IsNotHeardWhenItIsLate()
    {
        await using PlugInServer server = await new PlugInServer("""{ "Type": "Plugged", "Timeout": "00:00:00.5", "OnTimeout": "Continue" }""")
            .With("rogue", PlugInCompiler.RcptFilter("Plugged", $"{IfBad} await Task.Delay(1000); return Verdict.From(Refused);", modifier: "async")).StartAsync();
        Assert.StartsWith("250 ", await server.RcptAsync("bad@sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("550 ", await server.RcptAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_filter_errors_total{filter=\"plugged\",stage=\"rcpt\",kind=\"timeout\"}"));
    }

    /// <summary>Enough of them to hold every thread of the pool many times over. Who does not need the filter must not notice.</summary>
    [Theory]
    [InlineData(Short, "", IfBad + " Thread.Sleep(4000); return default;")]
    [InlineData("""{ "Type": "Plugged", "Timeout": "00:00:00.5", "CallsMax": 4 }""", "async", "await Task.Yield(); " + IfBad + " Thread.Sleep(4000); return Verdict.Continue;")]
    public async Task Rcpt_PlugInThatBlocksThreads_LeavesOtherSessionsTheirs(string filter, string modifier, string body)
    {
        const int BlockedSessions = 60;
        await using PlugInServer server = await new PlugInServer(filter).With("rogue", PlugInCompiler.RcptFilter("Plugged", body, modifier: modifier)).StartAsync();
        long began = Stopwatch.GetTimestamp();
        Task<string>[] blocked = [.. Enumerable.Range(0, BlockedSessions).Select(_ => server.RcptAsync("bad@sender.test"))];
        if (modifier.Length == 0)
        {
            await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_filter_blocking{filter=\"plugged\"}") > 0);
        }

        // Sixty blocked calls, a few at a time and four seconds each, would take a pool that they exhaust tens of seconds.
        for (int i = 0; i < 20; i++)
        {
            using LineClient other = await LineClient.GreetAsync(server.Server.Smtp);
            Assert.StartsWith("550 ", await PlugInServer.RcptAsync(other, "a@sender.test", "unknown@example.test"), StringComparison.Ordinal);
        }

        string[] replies = await Task.WhenAll(blocked);
        Assert.All(replies, static reply => Assert.StartsWith("451 4.3.0", reply, StringComparison.Ordinal));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        double failures = await server.MetricAsync("edgesmtp_filter_errors_total{filter=\"plugged\",stage=\"rcpt\"");
        Assert.Equal(BlockedSessions, failures);
        await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_filter_blocking{filter=\"plugged\"}") == 0);
        await PlugInServer.UntilAsync(async () => (await server.RcptAsync()).StartsWith("250 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Body_SinkThatBlocksAThread_IsLate()
    {
        await using PlugInServer server = await new PlugInServer(Short).With("rogue", Sink("Thread.Sleep(1000);")).StartAsync();
        using LineClient client = await LineClient.GreetAsync(server.Server.Smtp);
        Assert.StartsWith("451 4.3.0", await SendAsync(client, "one"), StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_filter_errors_total{filter=\"plugged\",stage=\"body\",kind=\"timeout\"}"));
    }

    [Theory]
    [InlineData("if (bad) throw new InvalidOperationException();", "", "", "exception")]
    [InlineData("if (bad) Thread.Sleep(1000);", "", "", "timeout")]
    [InlineData("", "if (bad) throw new InvalidOperationException();", "", "exception")]
    [InlineData("", "if (bad) { await Task.Yield(); throw new InvalidOperationException(); }", "", "exception")]
    [InlineData("", "if (bad) await Task.Delay(Timeout.Infinite, cancellationToken);", "", "timeout")]
    [InlineData("", "if (bad) Thread.Sleep(1000);", "", "timeout")]
    public async Task Body_SinkThatFailsWhenItIsOpenedOrDecidesEarly_DefersItsOwnMessage(string open, string complete, string dispose, string kind)
    {
        await using PlugInServer server = await new PlugInServer(Short).With("rogue", EarlySink(open, complete, dispose)).StartAsync();
        Task<string> bad = SendAsync(server, "bad@sender.test");
        Assert.StartsWith("250 ", await SendAsync(server, "a@sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("451 4.3.0", await bad, StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync($"edgesmtp_filter_errors_total{{filter=\"plugged\",stage=\"body\",kind=\"{kind}\"}}"));
    }

    [Fact]
    public async Task Body_SinkThatIgnoresItsTokenWhenItDecidesEarly_IsLeftBehind()
    {
        await using PlugInServer server = await new PlugInServer(Short).With("rogue", EarlySink(string.Empty, "if (bad) await Task.Delay(Timeout.Infinite);", string.Empty)).StartAsync();
        Task<string> bad = SendAsync(server, "bad@sender.test");
        Assert.StartsWith("250 ", await SendAsync(server, "a@sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("451 4.3.0", await bad, StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_filter_stuck_total{filter=\"plugged\"}"));
    }

    /// <summary>All has been said by then, so that the message is taken; that something is left behind is told.</summary>
    [Theory]
    [InlineData("if (bad) throw new InvalidOperationException();")]
    [InlineData("if (bad) await Task.Delay(Timeout.Infinite);")]
    public async Task Body_SinkThatCannotBeDisposed_IsToldAndChangesNothing(string dispose)
    {
        await using PlugInServer server = await new PlugInServer(Short).With("rogue", EarlySink(string.Empty, string.Empty, dispose)).StartAsync();
        Task<string> bad = SendAsync(server, "bad@sender.test");
        Assert.StartsWith("250 ", await SendAsync(server, "a@sender.test"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await bad, StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_filter_errors_total{filter=\"plugged\",stage=\"body\",kind=\"dispose\"}"));
    }

    /// <summary>Each holds its thread for four seconds. A few at a time may; who does not need the filter must not notice.</summary>
    [Theory]
    [InlineData("if (bad) Thread.Sleep(4000);", "", "")]
    [InlineData("", "if (bad) Thread.Sleep(4000);", "")]
    [InlineData("", "", "if (bad) Thread.Sleep(4000);")]
    public async Task Body_SinkThatBlocksThreads_LeavesOtherSessionsTheirs(string open, string complete, string dispose)
    {
        const int BlockedSessions = 40;

        // What is disposed was asked before, and is asked late where forty threads are held: that is no failure of its sink unless the deadline says so.
        await using PlugInServer server = await (dispose.Length > 0 ? new PlugInServer() : new PlugInServer(Short)).With("rogue", EarlySink(open, complete, dispose)).StartAsync();
        Task<string>[] blocked = [.. Enumerable.Range(0, BlockedSessions).Select(_ => SendAsync(server, "bad@sender.test"))];
        await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_filter_blocking{filter=\"plugged\"}") > 0);
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; i < 20; i++)
        {
            using LineClient other = await LineClient.GreetAsync(server.Server.Smtp);
            Assert.StartsWith("550 ", await PlugInServer.RcptAsync(other, "a@sender.test", "unknown@example.test"), StringComparison.Ordinal);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        string expected = dispose.Length > 0 ? "250 " : "451 4.3.0";
        Assert.All(await Task.WhenAll(blocked), reply => Assert.StartsWith(expected, reply, StringComparison.Ordinal));
        await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_filter_blocking{filter=\"plugged\"}") == 0);
    }

    /// <summary>The chunk is somebody else's memory afterwards: reading it late shows what it likes, and changes nobody's message.</summary>
    [Fact]
    public async Task Body_SinkThatKeepsALentChunk_HarmsNoMessage()
    {
        const string keep = """
            Kept.Add(chunk);
            foreach (ReadOnlySequence<byte> old in Kept)
            {
                try { Total += old.ToArray().Length; } catch (Exception) { Failures++; }
            }
            """;
        const string members = "private static readonly List<ReadOnlySequence<byte>> Kept = []; public static long Total; public static int Failures;";
        await using PlugInServer server = await new PlugInServer().With("rogue", Sink(keep, members)).StartAsync();
        using LineClient client = await LineClient.GreetAsync(server.Server.Smtp);
        string[] texts = [.. Enumerable.Range(0, 12).Select(static i => new string((char)('a' + i), 20_000 + (i * 1000)))];
        foreach (string text in texts)
        {
            Assert.StartsWith("250 ", await SendAsync(client, text), StringComparison.Ordinal);
        }

        await PlugInServer.UntilAsync(() => Task.FromResult(Messages(server).Length == texts.Length));
        string[] stored = [.. Messages(server).Select(static path => File.ReadAllText(path).ReplaceLineEndings("\n").Split("\n\n", 2)[1].Replace("\n", string.Empty, StringComparison.Ordinal))];
        Assert.Equal(texts.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
    }

    /// <summary>The message is too large for pooled memory, so it lies in a mapping of its own, which goes with the transaction while the filter still reads it.</summary>
    [Fact]
    public async Task Message_FilterThatIsLeftBehindWhileItReads_DoesNotEndTheServer()
    {
        const string read = """
            await Task.Yield();
            ReadSlowly(transaction.Content!.Bytes);
            """;
        const string members = """
            public static volatile int Sum;
            private static void ReadSlowly(ReadOnlySequence<byte> bytes)
            {
                ReadOnlySpan<byte> span = bytes.FirstSpan;
                for (long end = Environment.TickCount64 + 4000; Environment.TickCount64 < end; Thread.Sleep(10))
                {
                    for (int i = 0; i < span.Length; i += 512) { Sum += span[i]; }
                }
            }
            """;
        await using PlugInServer server = await new PlugInServer(Short).With("rogue", MessageFilter(read, members)).StartAsync();
        using LineClient client = await LineClient.GreetAsync(server.Server.Smtp);
        Assert.StartsWith("451 4.3.0", await SendAsync(client, new string('x', 1 << 20)), StringComparison.Ordinal);
        Assert.Equal(1, await server.MetricAsync("edgesmtp_filter_stuck_total{filter=\"plugged\"}"));
        await PlugInServer.UntilAsync(async () => await server.MetricAsync("edgesmtp_filter_inflight{filter=\"plugged\"}") == 0);
        Assert.StartsWith("250 ", await client.SayAsync("NOOP"), StringComparison.Ordinal);
    }

    private static string MessageFilter(string body, string members) => $$"""
        public sealed class Entry : IFilterPlugIn
        {
            public void Register(FilterRegistry filters) => filters.Add("Plugged", static _ => new TheFilter());
        }

        public sealed class TheFilter : IMessageFilter
        {
            {{members}}
            public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
            {
                {{body}}
            }
        }
        """;

    private static string[] Messages(PlugInServer server) =>
        [.. Directory.EnumerateFiles(server.Server.DataDirectory, "*", SearchOption.AllDirectories).Where(static path => Path.GetFileName(Path.GetDirectoryName(path)) == "new")];

    private static string Sink(string write, string members = "") => $$"""
        public sealed class Entry : IFilterPlugIn
        {
            public void Register(FilterRegistry filters) => filters.Add("Plugged", static _ => new TheFilter());
        }

        public sealed class TheFilter : IBodyFilter
        {
            public IBodySink OpenBody(Transaction transaction) => new TheSink();
        }

        public sealed class TheSink : IBodySink
        {
            {{members}}
            public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken)
            {
                {{write}}
                return new(SinkState.More);
            }

            public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken) => default;
            public ValueTask DisposeAsync() => default;
        }
        """;

    /// <summary>A sink that decides with its first chunk; <c>bad</c> says whether the sender is.</summary>
    private static string EarlySink(string open, string complete, string dispose) => $$"""
        public sealed class Entry : IFilterPlugIn
        {
            public void Register(FilterRegistry filters) => filters.Add("Plugged", static _ => new TheFilter());
        }

        public sealed class TheFilter : IBodyFilter
        {
            public IBodySink OpenBody(Transaction transaction)
            {
                bool bad = transaction.ReversePath.ToString().Contains("bad");
                {{open}}
                return new TheSink(bad);
            }
        }

        public sealed class TheSink(bool bad) : IBodySink
        {
            public bool IsBad => bad;
            public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken) => new(SinkState.Decided);
            public async ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken) { {{complete}} }
            public async ValueTask DisposeAsync() { {{dispose}} }
        }
        """;

    private static async Task<string> SendAsync(PlugInServer server, string sender)
    {
        using LineClient client = await LineClient.GreetAsync(server.Server.Smtp);
        return await SendAsync(client, "text", sender);
    }

    private static async Task<string> SendAsync(LineClient client, string text, string sender = "a@sender.test")
    {
        await client.SayAsync($"MAIL FROM:<{sender}>");
        await client.SayAsync("RCPT TO:<user@example.test>");
        Assert.StartsWith("354 ", await client.SayAsync("DATA"), StringComparison.Ordinal);
        return (await client.SayAsync($"Subject: test\r\n\r\n{string.Join("\r\n", text.Chunk(500).Select(static line => new string(line)))}\r\n."))!;
    }
}
