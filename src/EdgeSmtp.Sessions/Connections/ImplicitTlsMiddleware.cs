using System.IO.Pipelines;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Tls;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>Runs the TLS handshake with which connections to this listener begin (RFC 8314 §3), and gives what follows it the clear side.</summary>
internal sealed class ImplicitTlsMiddleware(ConnectionDelegate next, ListenerOptions listener, SessionServices services)
{
    private readonly TlsUpgrader _upgrader = new(services.Certificates, services.Time, services.Metrics);

    public async Task InvokeAsync(ConnectionContext connection)
    {
        TimeSpan timeout = listener.Protocol == SessionProtocol.Smtp ? listener.Smtp.TlsHandshakeTimeout : listener.Qmtp.TlsHandshakeTimeout;
        IDuplexPipe transport = connection.Transport;
        TlsConnection? tls = await _upgrader.UpgradeAsync(transport, listener.Certificate!, timeout, CancellationToken.None);
        if (tls is null)
        {
            return;
        }

        connection.Features.Get<ConnectionOrigin>()!.Tls = tls.Info;
        connection.Transport = tls;
        try
        {
            await next(connection);
            await tls.ShutdownAsync();
        }
        finally
        {
            connection.Transport = transport;
            await tls.DisposeAsync();
        }
    }
}
