using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>
/// One Kestrel server that we start and stop ourselves. Mail, HTTP and the admin socket each have their own, because they stop at different times: health and
/// metrics answer until the last message is settled.
/// </summary>
internal sealed class KestrelInstance : IAsyncDisposable
{
    private readonly WebApplication _services;
    private readonly IServer _server;

    /// <summary>Prepares a server.</summary>
    /// <param name="loggers">Makes loggers; not owned.</param>
    /// <param name="configure">Adds the addresses.</param>
    /// <param name="transport">How connections are accepted; owned. <c>null</c> for Kestrel's own way.</param>
    public KestrelInstance(ILoggerFactory loggers, Action<KestrelServerOptions> configure, IConnectionListenerFactory? transport = null)
    {
        // The application is only the container of services.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore();
        if (transport is not null)
        {
            // Made by the container, so that the container disposes of it; the one added last is asked first.
            builder.Services.AddSingleton(_ => transport);
        }

        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            configure(options);
        });
        _services = builder.Build();
        _server = _services.Services.GetRequiredService<IServer>();
    }

    /// <summary>Binds and begins to accept.</summary>
    /// <param name="handler">Answers HTTP requests; mail listeners end before it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">An address is in use.</exception>
    public Task StartAsync(RequestDelegate handler, CancellationToken cancellationToken) => _server.StartAsync(new RequestHandler(handler), cancellationToken);

    /// <summary>Stops accepting, tells the connections, and waits until the last has ended.</summary>
    /// <param name="cancellationToken">Ends the wait: what is left is aborted.</param>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class RequestHandler(RequestDelegate handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(Microsoft.AspNetCore.Http.Features.IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handler(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
