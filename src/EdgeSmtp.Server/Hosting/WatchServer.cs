using System.Net;
using EdgeSmtp.Server.Admin;
using EdgeSmtp.Server.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The HTTP endpoint for machines that watch, and the admin socket for the command line. Stops last, so that a drain can be watched.</summary>
internal sealed class WatchServer : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly KestrelInstance _admin;
    private readonly KestrelInstance? _http;
    private readonly WatchEndpoint _watch;
    private readonly AdminEndpoint _commands;
    private readonly string _socket;
    private ListenOptions? _address;

    /// <summary>Prepares both.</summary>
    /// <param name="http">Where HTTP listens, or <c>null</c>.</param>
    /// <param name="dataDirectory">Where the socket lies; the caller owns its queue, so no other server uses it.</param>
    /// <param name="watch">Answers on HTTP.</param>
    /// <param name="commands">Answers on the socket.</param>
    /// <param name="loggers">Makes loggers.</param>
    public WatchServer(IPEndPoint? http, string dataDirectory, WatchEndpoint watch, AdminEndpoint commands, ILoggerFactory loggers)
    {
        _watch = watch;
        _commands = commands;
        _socket = AdminSocket.PathOf(dataDirectory);
        _admin = new KestrelInstance(loggers, options => options.ListenUnixSocket(_socket));
        _http = http is null ? null : new KestrelInstance(loggers, options => options.Listen(http, endPoint => _address = endPoint));
    }

    /// <summary>Where HTTP is bound, or <c>null</c>.</summary>
    public IPEndPoint? Address => _address?.IPEndPoint;

    /// <summary>Binds.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A crash leaves the socket's file behind.
        File.Delete(_socket);
        await _admin.StartAsync(_commands.HandleAsync, cancellationToken);
        File.SetUnixFileMode(_socket, OwnerOnly);
        if (_http is not null)
        {
            await _http.StartAsync(_watch.HandleAsync, cancellationToken);
        }
    }

    /// <summary>Unbinds.</summary>
    /// <param name="cancellationToken">Ends the wait for requests.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_http is not null)
        {
            await _http.StopAsync(cancellationToken);
        }

        await _admin.StopAsync(cancellationToken);
        File.Delete(_socket);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_http is not null)
        {
            await _http.DisposeAsync();
        }

        await _admin.DisposeAsync();
    }
}
