using System.Net;
using EdgeSmtp.Protocol.Smtp;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>Refuses a connection when its client's address or network holds too many. Behind proxies it is the client's own address that counts.</summary>
internal sealed class ClientLimitMiddleware(ConnectionDelegate next, ListenerOptions listener, SessionServices services, ListenerMetrics metrics)
{
    private readonly Refusal _refusal = new(listener, services);

    public async Task InvokeAsync(ConnectionContext connection)
    {
        ConnectionOrigin origin = connection.Features.Get<ConnectionOrigin>()!;
        if (origin.IsHealthCheck)
        {
            // Held against the global limit alone: all of them come from one address.
            await next(connection);
            return;
        }

        IPAddress client = origin.Client.Address;
        Admission admission = services.Limits.TryEnterClient(client);
        if (admission != Admission.Admitted)
        {
            (admission == Admission.AddressFull ? metrics.RefusedAddressFull : metrics.RefusedNetworkFull).Add();
            await _refusal.SendAsync(connection, SmtpReplies.TooManyConnectionsFromClient);
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            services.Limits.LeaveClient(client);
        }
    }
}
