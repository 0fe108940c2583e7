using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Protocol.Smtp;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>First in the chain: refuses a connection when the server is full or drains, before anything of it is read.</summary>
internal sealed class GlobalLimitMiddleware(ConnectionDelegate next, ListenerOptions listener, SessionServices services, ListenerMetrics metrics)
{
    private readonly Refusal _refusal = new(listener, services);

    /// <summary>What the system has taken over is out of our sight: without a bound, a client that sends QUIT and never reads would keep a socket for as long as it answers window probes.</summary>
    private readonly TimeSpan _unackedMax = listener.Protocol == SessionProtocol.Smtp ? listener.Smtp.WriteTimeout : listener.Qmtp.WriteTimeout;

    public async Task InvokeAsync(ConnectionContext connection)
    {
        connection.Features.Get<IClientSocket>()?.SetUnackedTimeout(_unackedMax);
        connection.Features.Set(new ConnectionOrigin(Canonical(connection.RemoteEndPoint), Canonical(connection.LocalEndPoint)));
        metrics.Connections.Add();
        if (services.Drain.IsDraining)
        {
            metrics.RefusedDraining.Add();
            await _refusal.SendAsync(connection, SmtpReplies.ShuttingDown);
            return;
        }

        if (services.Limits.TryEnter() != Admission.Admitted)
        {
            metrics.RefusedServerFull.Add();
            await _refusal.SendAsync(connection, SmtpReplies.TooManyConnections);
            return;
        }

        metrics.ConnectionsOpen.Add(1);
        try
        {
            await next(connection);
        }
        finally
        {
            metrics.ConnectionsOpen.Add(-1);
            services.Limits.Leave();
        }
    }

    private static IPEndPoint Canonical(EndPoint? endPoint) =>
        endPoint is IPEndPoint ip ? new IPEndPoint(NetworkSet.Canonical(ip.Address), ip.Port) : new IPEndPoint(IPAddress.None, 0);
}
