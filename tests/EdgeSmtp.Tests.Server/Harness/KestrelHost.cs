using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Sessions.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>The same sessions behind Kestrel and real sockets, on a port that the system chooses.</summary>
internal sealed class KestrelHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly List<TestClient> _clients = [];

    private KestrelHost(WebApplication application, SessionHost sessions, IPEndPoint endPoint)
    {
        _application = application;
        Sessions = sessions;
        EndPoint = endPoint;
    }

    public SessionHost Sessions { get; }

    public IPEndPoint EndPoint { get; }

    public static async Task<KestrelHost> StartAsync(SessionHost sessions)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IConnectionListenerFactory>(_ => new EpollTransportFactory(backlog: 128));
        IPEndPoint? bound = null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endPoint =>
        {
            EdgeSmtp.Sessions.ListenerPipeline.Configure(endPoint, sessions.Listener, sessions.Services);
        }));
        WebApplication application = builder.Build();
        await application.StartAsync();
        foreach (string url in application.Urls)
        {
            bound = new IPEndPoint(IPAddress.Loopback, new Uri(url).Port);
        }

        return new KestrelHost(application, sessions, bound!);
    }

    public async Task<TestClient> ConnectAsync() => (await ConnectSocketAsync()).Client;

    /// <summary>Connects, and gives the socket too, for what a stream cannot say.</summary>
    public async Task<(TestClient Client, Socket Socket)> ConnectSocketAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        TestClient client = new(new NetworkStream(socket, ownsSocket: true), () => socket.Shutdown(SocketShutdown.Send), Task.CompletedTask);
        _clients.Add(client);
        return (client, socket);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestClient client in _clients)
        {
            await client.DisposeAsync();
        }

        await _application.StopAsync();
        await _application.DisposeAsync();
        await Sessions.DisposeAsync();
    }
}
