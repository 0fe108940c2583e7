using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Serves SMTP on one connection after another. The one catch ladder of a session is here.</summary>
internal sealed partial class SmtpConnectionHandler(ListenerOptions options, SessionServices services, ListenerMetrics metrics) : ConnectionHandler
{
    private readonly SmtpListener _listener = new(options, services, metrics);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ConnectionOrigin origin = connection.Features.Get<ConnectionOrigin>()!;
        OpenedSession opened = OpenedSession.Begin(options, services, origin);
        InboundSession client = opened.Client;
        await using SessionChannel channel = new(connection, client, services.Heartbeat, options.Smtp.SessionTimeMax, options.Smtp.WriteTimeout);
        SmtpSession session = new(_listener, opened, channel, new MailEvents(services.Events, opened, services.Time));
        if (origin.IsHealthCheck)
        {
            session.State = SmtpState.HealthCheck;
            await ServeAsync(session);
            return;
        }

        metrics.Sessions.Add();
        metrics.SessionsActive.Add(1);
        if (client.IsTls)
        {
            metrics.SessionsTls.Add();
        }

        await ServeAsync(session);
        metrics.SessionsActive.Add(-1);
        metrics.End(session.End).Add();
        session.Events.Ended(MetricLabels.Of(session.End), session.Counts);
    }

    private async Task ServeAsync(SmtpSession session)
    {
        try
        {
            Next next = await new Greeter(session).RunAsync();
            session.Spans?.Greeted();
            if (next == Next.Command)
            {
                next = await new CommandLoop(session).RunAsync();
            }

            if (next == Next.Close)
            {
                await CloseAsync(session);
            }
        }
        catch (Exception) when (session.Channel.IsBroken)
        {
            session.End = session.Channel.IsWriteTimedOut ? SessionEnd.WriteTimeout : SessionEnd.ClientGone;
        }
        catch (Exception exception)
        {
            session.End = SessionEnd.Failed;
            LogFailed(session.Client.Id, exception);
            await ApologizeAsync(session);
        }
        finally
        {
            await EndAsync(session);
        }
    }

    private async ValueTask CloseAsync(SmtpSession session)
    {
        await session.Channel.FlushAsync();
        // After QUIT nobody sends, so there is nothing that could turn the close into a reset.
        if (session.End != SessionEnd.Quit || !session.Channel.Buffer.IsEmpty || session.Channel.TryReadMore())
        {
            await session.Channel.LingerAsync(session.Options.LingerTime, session.Options.LingerBytesMax, services.Time);
        }
    }

    /// <summary>A failure of ours is temporary for the client: it keeps its message and comes again.</summary>
    private static async ValueTask ApologizeAsync(SmtpSession session)
    {
        try
        {
            session.Write(SmtpReplies.InternalErrorClosing);
            await session.Channel.FlushAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The connection is part of what failed.
        }
    }

    private async ValueTask EndAsync(SmtpSession session)
    {
        try
        {
            session.Client.Abort();
            session.Spans?.Greeted();
            await session.EndTransactionAsync();
            await session.Filters.DisposeAsync();
        }
        catch (Exception exception)
        {
            LogFailed(session.Client.Id, exception);
        }
    }

    [LoggerMessage(EventId = 205, Level = LogLevel.Error, Message = "Session {Session} failed.")]
    private static partial void LogFailed(ILogger logger, string session, Exception exception);

    private void LogFailed(string session, Exception exception) => LogFailed(_listener.Logger, session, exception);
}
