using System.IO.Pipelines;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Protocol.Proxy;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>
/// Reads the PROXY header of connections from the listener's proxies, and learns the client from it. Trusts nobody else: a header from any other address is a command that
/// SMTP does not know. Never guesses whether there is one (PROXY protocol §2).
/// </summary>
internal sealed class ProxyMiddleware(ConnectionDelegate next, ListenerOptions listener, SessionServices services, ListenerMetrics metrics)
{
    public async Task InvokeAsync(ConnectionContext connection)
    {
        ConnectionOrigin origin = connection.Features.Get<ConnectionOrigin>()!;
        if (listener.ProxyFrom.Contains(origin.Peer.Address))
        {
            ProxyHeader? header = await ReadAsync(connection);
            if (header is null)
            {
                return;
            }

            Apply(header, origin, connection);
        }

        await next(connection);
    }

    private void Apply(ProxyHeader header, ConnectionOrigin origin, ConnectionContext connection)
    {
        if (header.Kind != ProxyKind.Tcp)
        {
            // A client that nobody names cannot be judged, so it gets no further than a health check does.
            origin.IsHealthCheck = true;
            metrics.HealthChecks.Add();
            return;
        }

        origin.Client = new IPEndPoint(NetworkSet.Canonical(header.Source!.Address), header.Source.Port);
        origin.Local = new IPEndPoint(NetworkSet.Canonical(header.Destination!.Address), header.Destination.Port);
        if (header.Tls is { IsTls: true } tls)
        {
            origin.Tls = new TlsInfo(tls.Version, tls.Cipher, header.Authority.Length == 0 ? null : header.Authority, tls.CommonName.Length == 0 ? null : tls.CommonName);
        }

        connection.RemoteEndPoint = origin.Client;
    }

    /// <returns><c>null</c> when the connection is to be closed, without a reply: whoever it is, it does not speak SMTP yet.</returns>
    private async Task<ProxyHeader?> ReadAsync(ConnectionContext connection)
    {
        using CancellationTokenSource deadline = new(services.Limits.Options.ProxyHeaderTimeout, services.Time);
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(deadline.Token);
                ProxyParseResult parsed = ProxyHeaderParser.TryParse(result.Buffer, out ProxyHeader? header, out SequencePosition consumed);
                if (parsed == ProxyParseResult.Ok)
                {
                    input.AdvanceTo(consumed);
                    return header;
                }

                bool isOver = parsed == ProxyParseResult.Bad || result.IsCompleted;
                input.AdvanceTo(isOver ? result.Buffer.End : result.Buffer.Start, result.Buffer.End);
                if (isOver)
                {
                    metrics.RefusedBadProxyHeader.Add();
                    return null;
                }
            }
        }
        catch (OperationCanceledException)
        {
            metrics.RefusedProxyTimeout.Add();
            return null;
        }
        catch (IOException)
        {
            // The proxy left.
            return null;
        }
    }
}
