using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Sessions.Connections;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace EdgeSmtp.Tests.Server.Transport;

/// <summary>Writing to a real socket, by the rules of <see cref="PipeWriter"/>.</summary>
public sealed class SocketWriterTests
{
    [Fact]
    public async Task Flush_OfAReply_SendsItAtOnce()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Write(pair, "220 ready\r\n");
        Task<FlushResult> flush = pair.Output.FlushAsync().AsTask();
        Assert.True(flush.IsCompletedSuccessfully);
        Assert.False((await flush).IsCompleted);
        Assert.Equal("220 ready\r\n", await ReceiveAsync(pair, 11));
    }

    [Fact]
    public async Task Write_InManyPieces_KeepsTheirOrder()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        StringBuilder expected = new();
        for (int i = 0; i < 2000; i++)
        {
            string line = $"250-line {i}\r\n";
            expected.Append(line);
            Write(pair, line);
        }

        Assert.Equal(expected.Length, pair.Output.UnflushedBytes);
        await pair.Output.FlushAsync();
        Assert.Equal(0, pair.Output.UnflushedBytes);
        Assert.Equal(expected.ToString(), await ReceiveAsync(pair, expected.Length));
    }

    [Fact]
    public async Task Flush_ToAClientThatDoesNotRead_WaitsUntilItDoes()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        byte[] much = new byte[16 << 20];
        new Random(1).NextBytes(much);
        Task<FlushResult> flush = pair.Output.WriteAsync(much).AsTask();
        Assert.False(flush.IsCompleted);
        byte[] received = new byte[much.Length];
        await ReceiveExactlyAsync(pair.Client, received);
        Assert.False((await flush).IsCompleted);
        Assert.Equal(much, received);

        // Once watched, the connection is as good as before.
        Write(pair, "next");
        await pair.Output.FlushAsync();
        Assert.Equal("next", await ReceiveAsync(pair, 4));
    }

    [Fact]
    public async Task Abort_WhileAFlushWaits_CompletesIt()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Task<FlushResult> flush = pair.Output.WriteAsync(new byte[16 << 20]).AsTask();
        Assert.False(flush.IsCompleted);
        pair.Server.Abort(new ConnectionAbortedException("It does not read."));
        Assert.True((await flush).IsCompleted);
    }

    [Fact]
    public async Task Token_ThatFires_EndsAFlush()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        using CancellationTokenSource given = new();
        Task<FlushResult> flush = pair.Output.WriteAsync(new byte[16 << 20], given.Token).AsTask();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
    }

    [Fact]
    public async Task Flush_ToAClientThatReset_SaysThatItIsOver()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        pair.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Client.Close();
        FlushResult result = default;
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await pair.Input.ReadAsync());
        for (int i = 0; i < 100 && !result.IsCompleted; i++)
        {
            result = await pair.Output.WriteAsync("421 bye\r\n"u8.ToArray());
        }

        Assert.True(result.IsCompleted);
    }

    [Fact]
    public async Task EndSending_AfterAFlush_ArrivesBehindIt_AndReadingGoesOn()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Write(pair, "221 bye\r\n");
        await pair.Output.FlushAsync();
        pair.Server.Features.Get<IClientSocket>()!.EndSending();
        Assert.Equal("221 bye\r\n", await ReceiveAsync(pair, 9));
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]));
        await pair.Client.SendAsync("more"u8.ToArray());
        Assert.Equal(4, (await pair.ReadAtLeastAsync(4)).Buffer.Length);
    }

    [Fact]
    public async Task Complete_SendsWhatWasWritten_AndEnds()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Write(pair, "last");
        await pair.Output.CompleteAsync();
        Assert.Equal("last", await ReceiveAsync(pair, 4));
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]));
    }

    private static void Write(TransportPair pair, string text) => pair.Output.Write(Encoding.ASCII.GetBytes(text));

    private static async Task<string> ReceiveAsync(TransportPair pair, int count)
    {
        byte[] bytes = new byte[count];
        await ReceiveExactlyAsync(pair.Client, bytes);
        return Encoding.ASCII.GetString(bytes);
    }

    private static async Task ReceiveExactlyAsync(Socket socket, Memory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = await socket.ReceiveAsync(bytes);
            Assert.NotEqual(0, count);
            bytes = bytes[count..];
        }
    }
}
