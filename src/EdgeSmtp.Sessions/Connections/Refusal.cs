using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>How the middleware refuses: in words where the client expects SMTP in clear, by closing everywhere else.</summary>
internal sealed class Refusal(ListenerOptions listener, SessionServices services)
{
    /// <summary>A refused client that reads nothing and sends much must not cost what an admitted one does.</summary>
    private const int LingeringMax = 1000;

    private static int _lingering;

    public async Task SendAsync(ConnectionContext connection, SmtpReply reply)
    {
        // §8.1 of the design: no clear text where the client expects TLS, or a protocol that cannot say it.
        if (listener.Protocol != SessionProtocol.Smtp || listener.ImplicitTls)
        {
            return;
        }

        int others = Interlocked.Increment(ref _lingering);
        try
        {
            await connection.Transport.Output.WriteAsync(reply.Wire);
            if (others <= LingeringMax)
            {
                if (reply.IsPermanent)
                {
                    await RefusedDialogue.RunAsync(connection.Transport, listener.Smtp.LingerTime, services.Time);
                }

                await LingeringClose.RunAsync(connection, connection.Transport, listener.Smtp.LingerTime, listener.Smtp.LingerBytesMax, services.Time);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client did not wait for the answer.
        }
        finally
        {
            Interlocked.Decrement(ref _lingering);
        }
    }
}
