using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Serves SMTP on one connection after another.</summary>
internal sealed class SmtpConnectionHandler(ListenerOptions listener, SessionServices services, ListenerMetrics metrics) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        _ = (listener, services, metrics);
        return Task.CompletedTask;
    }
}
