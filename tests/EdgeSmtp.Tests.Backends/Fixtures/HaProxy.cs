using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>HAProxy before one or more edges: PROXY v2 to the servers, and SMTP health checks that carry a PROXY header themselves (LOCAL).</summary>
internal sealed class HaProxy : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private ChildProcess? _process;

    public int Port => _claim.Port;

    public static async Task<HaProxy> StartAsync(params int[] edges)
    {
        Programs.Need("haproxy");
        HaProxy proxy = new();
        string configuration = proxy._folder.Write("haproxy.cfg", proxy.Configuration(edges));
        proxy._process = ChildProcess.Start(proxy._folder.Path, "haproxy", "haproxy", "-db", "-f", configuration);
        await proxy._process.ReadyAsync(async () => File.Exists(proxy.Socket) && await proxy.UpAsync() == edges.Length);
        return proxy;
    }

    /// <summary>Takes a node out for new connections; running ones go on.</summary>
    public Task DrainAsync(int node) => AskAsync($"set server edge/node{node} state drain");

    /// <summary>How many nodes the health checks have found good.</summary>
    public async Task<int> UpAsync() => (await StatusAsync()).Count(status => status == "UP");

    /// <summary>The status column of each node: <c>UP</c>, <c>DOWN</c>, <c>DRAIN</c> …</summary>
    public async Task<IReadOnlyList<string>> StatusAsync()
    {
        const int ServerColumn = 1;
        const int StatusColumn = 17;
        return
        [
            .. (await AskAsync("show stat")).Split('\n')
                .Select(line => line.Split(','))
                .Where(cells => cells.Length > StatusColumn && cells[ServerColumn].StartsWith("node", StringComparison.Ordinal))
                .Select(cells => cells[StatusColumn]),
        ];
    }

    public async Task<string> AskAsync(string command)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
        await socket.SendAsync(Encoding.ASCII.GetBytes(command + "\n"));
        using StreamReader reader = new(new NetworkStream(socket));
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }

    private string Socket => _folder.PathOf("admin.sock");

    // A status other than "UP" after the first check shows as "UP 1/2" or "DOWN 1/2", so fall 1 and rise 1 make it plain.
    private string Configuration(int[] edges)
    {
        StringBuilder text = new($"""
            global
              maxconn 4000
              stats socket {Socket} mode 600 level admin
            defaults
              mode tcp
              timeout connect 5s
              timeout client 310s
              timeout server 310s
            frontend smtp
              bind 127.0.0.1:{Port}
              default_backend edge
            backend edge
              balance roundrobin
              option smtpchk EHLO haproxy.test
              default-server send-proxy-v2 check check-send-proxy inter 200ms rise 1 fall 1

            """);
        for (int node = 0; node < edges.Length; node++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  server node{node} 127.0.0.1:{edges[node]}\n");
        return text.ToString();
    }
}
