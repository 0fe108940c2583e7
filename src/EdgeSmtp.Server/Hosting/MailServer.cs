using System.Net;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Transport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The listeners for mail.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    /// <summary>Connections that may await our accept; the kernel cuts it at net.core.somaxconn.</summary>
    private const int Backlog = 4096;

    private readonly KestrelInstance _kestrel;
    private readonly Dictionary<string, ListenOptions> _endPoints = new(StringComparer.Ordinal);

    /// <summary>Prepares the listeners.</summary>
    /// <param name="listeners">Listeners with their names.</param>
    /// <param name="services">What they share.</param>
    /// <param name="loggers">Makes loggers.</param>
    public MailServer(IEnumerable<ListenerOptions> listeners, SessionServices services, ILoggerFactory loggers)
    {
        _kestrel = new KestrelInstance(
            loggers,
            options =>
            {
                foreach (ListenerOptions listener in listeners)
                {
                    options.Listen(listener.Address, endPoint =>
                    {
                        _endPoints[listener.Name] = endPoint;
                        ListenerPipeline.Configure(endPoint, listener, services);
                    });
                }
            },
            new EpollTransportFactory(Backlog));
    }

    /// <summary>Where each listener is bound; after the start, and with the port that the system chose for port 0.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> Addresses => _endPoints.ToDictionary(static entry => entry.Key, static entry => entry.Value.IPEndPoint!, StringComparer.Ordinal);

    /// <summary>Binds.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task StartAsync(CancellationToken cancellationToken) => _kestrel.StartAsync(static context =>
    {
        // No request gets here: the handler of the protocol ends every connection before.
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }, cancellationToken);

    /// <summary>Unbinds at once, then waits for the sessions.</summary>
    /// <param name="cancellationToken">Ends the wait: sessions that are left are cut.</param>
    public Task StopAsync(CancellationToken cancellationToken) => _kestrel.StopAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _kestrel.DisposeAsync();
}
