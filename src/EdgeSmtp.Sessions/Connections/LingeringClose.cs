using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>
/// Closes a connection so that the last reply arrives. A socket that is closed with bytes unread resets the connection, and the reset overtakes the reply;
/// so we end our half and read on, up to a limit.
/// </summary>
internal static class LingeringClose
{
    /// <summary>Reads on until the client closes, a limit is reached, or the connection breaks. Everything written must be flushed before.</summary>
    public static async Task RunAsync(ConnectionContext connection, IDuplexPipe transport, TimeSpan timeMax, long bytesMax, TimeProvider time)
    {
        if (timeMax <= TimeSpan.Zero)
        {
            return;
        }

        using CancellationTokenSource deadline = new(timeMax, time);
        if (connection.Features.Get<IClientSocket>() is { } socket)
        {
            socket.EndSending();
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
}
