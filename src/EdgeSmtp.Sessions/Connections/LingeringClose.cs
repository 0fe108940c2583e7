using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>
/// Closes a connection so that the last reply arrives. A socket that is closed with bytes unread resets the connection, and the reset overtakes the reply;
/// so we end our half and read on, up to a limit.
/// </summary>
internal static class LingeringClose
{
    /// <summary>The transport sends on its own thread and does not say when it has done so; after this time the reply has left, or the client does not read.</summary>
    private static readonly TimeSpan SendGrace = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads on until the client closes, a limit is reached, or the connection breaks. Everything written must be flushed before.</summary>
    public static async Task RunAsync(ConnectionContext connection, IDuplexPipe transport, TimeSpan timeMax, long bytesMax, TimeProvider time)
    {
        if (timeMax <= TimeSpan.Zero)
        {
            return;
        }

        using CancellationTokenSource deadline = new(timeMax, time);
        ITimer? halfClose = null;
        if (connection.Features.Get<IConnectionSocketFeature>() is { Socket: { } socket })
        {
            halfClose = time.CreateTimer(EndOurHalf, socket, SendGrace, Timeout.InfiniteTimeSpan);
        }
        else
        {
            await transport.Output.CompleteAsync();
        }

        try
        {
            await DrainAsync(transport.Input, bytesMax, deadline.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The client is gone, or has had its time.
        }
        finally
        {
            if (halfClose is not null)
            {
                await halfClose.DisposeAsync();
            }
        }
    }

    private static async Task DrainAsync(PipeReader input, long bytesMax, CancellationToken cancellationToken)
    {
        long drained = 0;
        while (drained <= bytesMax)
        {
            ReadResult result = await input.ReadAsync(cancellationToken);
            drained += result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static void EndOurHalf(object? state)
    {
        try
        {
            ((Socket)state!).Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }
}
