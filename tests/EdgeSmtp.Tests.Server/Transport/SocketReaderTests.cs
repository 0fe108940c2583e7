using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace EdgeSmtp.Tests.Server.Transport;

/// <summary>Reading from a real socket, by the rules of <see cref="PipeReader"/>.</summary>
public sealed class SocketReaderTests
{
    [Fact]
    public async Task Read_OfWhatCame_GivesIt()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        await pair.Client.SendAsync("EHLO a\r\n"u8.ToArray());
        ReadResult result = await pair.Input.ReadAsync();
        Assert.Equal("EHLO a\r\n", Text(result));
        Assert.False(result.IsCompleted);
    }

    [Fact]
    public async Task Read_BeforeAnythingComes_WaitsForIt()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        ValueTask<ReadResult> reading = pair.Input.ReadAsync();
        Assert.False(reading.IsCompleted);
        await pair.Client.SendAsync("a"u8.ToArray());
        Assert.Equal("a", Text(await reading));
    }

    [Fact]
    public async Task Read_OfBytesExaminedButNotConsumed_WaitsForMoreBehindThem()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        await pair.Client.SendAsync("one"u8.ToArray());
        ReadResult first = await pair.ReadAtLeastAsync(3);
        pair.Input.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        ValueTask<ReadResult> reading = pair.Input.ReadAsync();
        Assert.False(reading.IsCompleted);
        await pair.Client.SendAsync("two"u8.ToArray());
        Assert.Equal("onetwo", Text(await reading));
    }

    [Fact]
    public async Task Read_OfBytesNotExamined_GivesThemAtOnce()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        await pair.Client.SendAsync("abcdef"u8.ToArray());
        ReadResult first = await pair.ReadAtLeastAsync(6);
        pair.Input.AdvanceTo(first.Buffer.GetPosition(2));
        Assert.True(pair.Input.TryRead(out ReadResult second));
        Assert.Equal("cdef", Text(second));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public async Task Read_OfMuch_LosesNothing(int length)
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        byte[] sent = new byte[length];
        new Random(length).NextBytes(sent);
        Task sending = pair.Client.SendAsync(sent).ContinueWith(_ => pair.Client.Shutdown(SocketShutdown.Send), TaskScheduler.Default);
        using MemoryStream received = new();
        ReadResult result;
        do
        {
            result = await pair.Input.ReadAsync();
            Assert.True(result.Buffer.IsEmpty || !result.Buffer.FirstSpan.IsEmpty, "No sequence begins with an empty piece.");
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                received.Write(part.Span);
            }

            pair.Input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);

        await sending;
        Assert.Equal(sent, received.ToArray());
    }

    // Consuming odd amounts walks over every border of the pieces.
    [Theory]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(5000)]
    public async Task Read_ConsumedInParts_LosesNothing(int step)
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        byte[] sent = new byte[200_000];
        new Random(step).NextBytes(sent);
        Task sending = pair.Client.SendAsync(sent).ContinueWith(_ => pair.Client.Shutdown(SocketShutdown.Send), TaskScheduler.Default);
        List<byte> received = [];
        while (true)
        {
            ReadResult result = await pair.ReadAtLeastAsync(step);
            Assert.True(result.Buffer.IsEmpty || !result.Buffer.FirstSpan.IsEmpty);
            ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(step, result.Buffer.Length));
            received.AddRange(taken.ToArray());
            pair.Input.AdvanceTo(taken.End);
            if (result.IsCompleted && taken.Length == result.Buffer.Length)
            {
                break;
            }
        }

        await sending;
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Fin_BehindBytes_IsSeenAfterThem()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        await pair.Client.SendAsync("QUIT\r\n"u8.ToArray());
        pair.Client.Shutdown(SocketShutdown.Send);
        ReadResult result = await pair.ReadAtLeastAsync(6);
        Assert.Equal("QUIT\r\n", Text(result));
        pair.Input.AdvanceTo(result.Buffer.End);
        ReadResult end = result.IsCompleted ? result : await pair.Input.ReadAsync();
        Assert.True(end.IsCompleted);
    }

    [Fact]
    public async Task Reset_WhileReading_Throws()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Task<ReadResult> reading = pair.Input.ReadAsync().AsTask();
        pair.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Client.Close();
        await Assert.ThrowsAsync<ConnectionResetException>(() => reading);
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await pair.Input.ReadAsync());
    }

    [Fact]
    public async Task CancelPendingRead_EndsTheWait_AndTheNextReadGoesOn()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Task<ReadResult> reading = pair.Input.ReadAsync().AsTask();
        pair.Input.CancelPendingRead();
        Assert.True((await reading).IsCanceled);
        reading = pair.Input.ReadAsync().AsTask();
        Assert.False(reading.IsCompleted);
        await pair.Client.SendAsync("x"u8.ToArray());
        Assert.Equal("x", Text(await reading));
    }

    [Fact]
    public async Task CancelPendingRead_BeforeARead_EndsThatRead()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        pair.Input.CancelPendingRead();
        Assert.True((await pair.Input.ReadAsync()).IsCanceled);
    }

    [Fact]
    public async Task Token_ThatFires_EndsTheRead_AndLosesNothing()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        using CancellationTokenSource given = new();
        Task<ReadResult> reading = pair.Input.ReadAsync(given.Token).AsTask();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await pair.Client.SendAsync("still here"u8.ToArray());
        Assert.Equal("still here", Text(await pair.ReadAtLeastAsync(10)));
    }

    [Fact]
    public async Task Abort_WhileReading_EndsIt()
    {
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Task<ReadResult> reading = pair.Input.ReadAsync().AsTask();
        pair.Server.Abort(new ConnectionAbortedException("Enough."));
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading);
        Assert.True(pair.Server.ConnectionClosed.IsCancellationRequested);
    }

    // One byte at a time from another thread, read as fast as it can be: every race of signal and wait.
    [Fact]
    public async Task Signals_ThatRaceWithWaits_AreNotLost()
    {
        const int Count = 20_000;
        await using TransportPair pair = await TransportPair.ConnectAsync();
        Task sending = Task.Run(async () =>
        {
            byte[] one = new byte[1];
            for (int i = 0; i < Count; i++)
            {
                await pair.Client.SendAsync(one);
            }
        });
        long received = 0;
        while (received < Count)
        {
            ReadResult result = await pair.Input.ReadAsync();
            received += result.Buffer.Length;
            pair.Input.AdvanceTo(result.Buffer.End);
        }

        await sending;
        Assert.Equal(Count, received);
    }

    private static string Text(ReadResult result) => Encoding.ASCII.GetString(result.Buffer);
}
