using System.Diagnostics;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>What the middleware found out about a connection: a feature of its context.</summary>
internal sealed class ConnectionOrigin
{
    public ConnectionOrigin(IPEndPoint peer, IPEndPoint local)
    {
        Peer = peer;
        Client = peer;
        Local = local;
    }

    /// <summary>Who connected to us: the client, or a proxy.</summary>
    public IPEndPoint Peer { get; }

    /// <summary>The client itself.</summary>
    public IPEndPoint Client { get; set; }

    /// <summary>The address that the client connected to.</summary>
    public IPEndPoint Local { get; set; }

    /// <summary>Whether the connection is the proxy's own, or on behalf of somebody that it does not name: a greeting is all there is to have.</summary>
    public bool IsHealthCheck { get; set; }

    /// <summary>TLS from the start of the connection, ours or the proxy's.</summary>
    public TlsInfo? Tls { get; set; }

    /// <summary>The snapshot whose rules decided, held until the connection ends; <c>null</c> when nothing was decided.</summary>
    public SessionSnapshot? Snapshot { get; set; }

    /// <summary>The access rule that the client falls under; <c>null</c> for none.</summary>
    public AccessRule? Rule { get; set; }

    /// <summary>The look-up of the client's name; <c>null</c> when there is none.</summary>
    public Task<ClientNameAnswer>? NameLookup { get; set; }

    /// <summary>The span that the connection began with, if what comes before the session is traced; the session goes on with it.</summary>
    public Activity? Span { get; set; }

    /// <summary>What the rule settles.</summary>
    public AccessSettings Access => Rule?.Settings ?? AccessSettings.Default;
}
