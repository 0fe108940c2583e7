using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Qmtp;
using EdgeSmtp.Sessions.Smtp;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions;

/// <summary>Builds what a connection to a listener passes through.</summary>
public static class ListenerPipeline
{
    /// <summary>
    /// Adds, in this order: global limit, PROXY header, limits of the client, access rules, implicit TLS, and the handler of the protocol.
    /// Each part needs what the one before it found, and nothing is read from a client before the global limit let it in.
    /// </summary>
    /// <param name="builder">The builder of the endpoint.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="services">What all listeners share.</param>
    public static void Configure(IConnectionBuilder builder, ListenerOptions listener, SessionServices services)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(services);
        ListenerMetrics metrics = new(services.Metrics, listener.Name);
        services.Metrics.Gauge(SessionMetrics.ListenerInfo, listener.Name, MetricLabels.Of(listener.Protocol), listener.Certificate is null ? "none" : listener.ImplicitTls ? "implicit" : "starttls").Set(1);
        builder.Use(next => new GlobalLimitMiddleware(next, listener, services, metrics).InvokeAsync);
        builder.Use(next => new ProxyMiddleware(next, listener, services, metrics).InvokeAsync);
        builder.Use(next => new ClientLimitMiddleware(next, listener, services, metrics).InvokeAsync);
        if (AccessMiddleware.IsNeeded(listener))
        {
            builder.Use(next => new AccessMiddleware(next, listener, services, metrics).InvokeAsync);
        }

        if (listener.ImplicitTls)
        {
            builder.Use(next => new ImplicitTlsMiddleware(next, listener, services).InvokeAsync);
        }

        ConnectionHandler handler = listener.Protocol == SessionProtocol.Smtp
            ? new SmtpConnectionHandler(listener, services, metrics)
            : new QmtpConnectionHandler(listener, services, metrics);
        builder.Use(_ => handler.OnConnectedAsync);
    }
}
