using System.Buffers;
using System.Text;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Allocations;

/// <summary>What a command costs in memory between read and reply. The server runs on the thread of the test, inside the client's flush, so one counter sees it all.</summary>
public sealed class HotPathAllocationTests
{
    private const int Commands = 500;

    [Theory]
    [InlineData("NOOP\r\n", 0)]
    [InlineData("RSET\r\n", 0)]
    [InlineData("VRFY user\r\n", 0)]
    [InlineData("NONSENSE\r\n", 0)]
    public async Task Command_WithoutATransaction_AllocatesNothing(string command, long bytesMax)
    {
        await using SessionHost host = new(Generous);
        TestClient client = await host.IntroducedAsync();
        Assert.InRange(await MeasureAsync(host, client, command), 0, bytesMax);
    }

    [Fact]
    public async Task Rcpt_OfASyntaxError_AllocatesNothing()
    {
        await using SessionHost host = new(Generous);
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        Assert.InRange(await MeasureAsync(host, client, "RCPT TO:<a b@c>\r\n"), 0, 0);
    }

    [Fact]
    public async Task Rcpt_RefusedByRelayControl_AllocatesItsPathAlone()
    {
        // The path and its domain, which the log names; neither the reply nor the decision costs anything.
        await using SessionHost host = new(Generous, h => h.EventLog = new QuietEventLog());
        TestClient client = await host.IntroducedAsync();
        await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
        Assert.InRange(await MeasureAsync(host, client, "RCPT TO:<victim@elsewhere.example>\r\n"), 0, 400);
    }

    [Fact]
    public async Task Batch_ThatIsWaitedFor_CostsLittleMore()
    {
        // The same commands one at a time: what waiting for the client costs, with everything below it pooled.
        await using SessionHost host = new(Generous);
        TestClient client = await host.IntroducedAsync();
        byte[] line = Encoding.ASCII.GetBytes("NOOP\r\n");
        long perCommand = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Commands; i++)
            {
                await WriteAsync(host, line);
            }

            perCommand = Math.Min(perCommand, (GC.GetAllocatedBytesForCurrentThread() - before) / Commands);
            await DrainAsync(host);
        }

        Assert.InRange(perCommand, 0, 400);
    }

    [Theory]
    [InlineData("RSET\r\n")]
    [InlineData("MAIL FROM:<a@b.example>\r\nRSET\r\n")]
    [InlineData("MAIL FROM:<a@b.example>\r\nRCPT TO:<user@example.com>\r\nRSET\r\n")]
    [InlineData("MAIL FROM:<a@b.example>\r\nRCPT TO:<victim@elsewhere.example>\r\nRSET\r\n")]
    public async Task Command_WithATracerThatNobodyListensTo_AllocatesWhatItDoesWithout(string commands)
    {
        using Tracer tracer = new();
        long without = await OfATransactionAsync(null, commands);
        Assert.InRange(await OfATransactionAsync(tracer, commands), 0, without);
    }

    private static async Task<long> OfATransactionAsync(Tracer? tracer, string commands)
    {
        await using SessionHost host = new(Generous, h =>
        {
            h.EventLog = new QuietEventLog();
            h.Tracer = tracer;
        });
        host.With(new FakeFilter());
        TestClient client = await host.IntroducedAsync();
        return await MeasureAsync(host, client, commands);
    }

    private static void Generous(ListenerOptions listener)
    {
        listener.Smtp.CommandsMax = 100_000_000;
        listener.Smtp.ErrorsMax = 1_000_000;
    }

    /// <summary>Bytes for each command of a pipelined batch, at best of several: what the first ones cost once is not counted.</summary>
    private static async Task<long> MeasureAsync(SessionHost host, TestClient client, string command)
    {
        _ = client;
        byte[] batch = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(command, Commands)));
        long best = long.MaxValue;
        for (int round = 0; round < 8; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            await WriteAsync(host, batch);
            best = Math.Min(best, (GC.GetAllocatedBytesForCurrentThread() - before) / Commands);
            await DrainAsync(host);
        }

        return best;
    }

    private static async Task WriteAsync(SessionHost host, byte[] bytes)
    {
        host.LastConnection!.ClientWriter.Write(bytes);
        await host.LastConnection.ClientWriter.FlushAsync();
    }

    private static async Task DrainAsync(SessionHost host)
    {
        System.IO.Pipelines.PipeReader reader = host.LastConnection!.ClientReader;
        while (reader.TryRead(out System.IO.Pipelines.ReadResult result))
        {
            reader.AdvanceTo(result.Buffer.End);
        }

        await Task.CompletedTask;
    }
}
