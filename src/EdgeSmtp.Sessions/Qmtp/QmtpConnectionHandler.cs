using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>Serves QMTP, or QMQP, on one connection after another. The one catch ladder of a session is here.</summary>
internal sealed partial class QmtpConnectionHandler(ListenerOptions options, SessionServices services, ListenerMetrics metrics) : ConnectionHandler
{
    private readonly QmtpListener _listener = new(options, services, metrics);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ConnectionOrigin origin = connection.Features.Get<ConnectionOrigin>()!;
        if (origin.IsHealthCheck)
        {
            // QMTP has no greeting: that the connection was taken is all there is to check.
            return;
        }

        OpenedSession opened = OpenedSession.Begin(options, services, origin);
        metrics.Sessions.Add();
        metrics.SessionsActive.Add(1);
        if (opened.Client.IsTls)
        {
            metrics.SessionsTls.Add();
        }

        SessionCounts counts = new();
        MailEvents events = new(services.Events, opened, services.Time);
        SessionEnd end = await ServeAsync(connection, opened, counts, events);
        metrics.SessionsActive.Add(-1);
        metrics.End(end).Add();
        events.Ended(MetricLabels.Of(end), counts);
    }

    private async Task<SessionEnd> ServeAsync(ConnectionContext connection, OpenedSession opened, SessionCounts counts, MailEvents events)
    {
        await using SessionChannel channel = new(connection, opened.Client, services.Heartbeat, options.Qmtp.SessionTimeMax, options.Qmtp.WriteTimeout);
        using ReplyPump pump = new(_listener, channel, opened.Client.Client.Address, events, counts);
        try
        {
            SessionEnd end = await new QmtpSession(_listener, opened, channel, events, pump, new PackageJudge(_listener, opened, events, counts)).RunAsync();
            await pump.CompleteAsync();
            if (end is not (SessionEnd.Quit or SessionEnd.ClientGone))
            {
                // Bytes that nobody read would turn the close into a reset, which overtakes the replies.
                await channel.LingerAsync(options.Smtp.LingerTime, options.Smtp.LingerBytesMax, services.Time);
            }

            return end;
        }
        catch (Exception) when (channel.IsBroken)
        {
            return channel.IsWriteTimedOut ? SessionEnd.WriteTimeout : SessionEnd.ClientGone;
        }
        catch (Exception exception)
        {
            LogFailed(_listener.Logger, opened.Client.Id, exception);
            return SessionEnd.Failed;
        }
        finally
        {
            await pump.CompleteAsync();
            opened.Client.Abort();
            opened.Spans?.Greeted();
            await opened.Filters.DisposeAsync();
        }
    }

    [LoggerMessage(EventId = 202, Level = LogLevel.Error, Message = "Session {Session} failed.")]
    private static partial void LogFailed(ILogger logger, string session, Exception exception);
}
