using System.Globalization;
using System.Net.Sockets;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>The scriptable DNS server beside the project: UDP and TCP, zones exchanged over a control port, names that never answer.</summary>
internal sealed class ScriptedDns : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _port = PortClaim.Take();
    private readonly PortClaim _control = PortClaim.Take();
    private ChildProcess? _process;

    public int Port => _port.Port;

    public int ControlPort => _control.Port;

    public static async Task<ScriptedDns> StartAsync()
    {
        Programs.Need(Programs.Python);
        string script = SharedSuite.Need("fakedns.py");
        ScriptedDns server = new();
        server._process = ChildProcess.Start(
            server._folder.Path, "fakedns", Programs.Python, "-B", script, "--port", Text(server.Port), "--control", Text(server.ControlPort));
        await server._process.ReadyAsync(() => AcceptsAsync(server.ControlPort));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _control.Dispose();
        _port.Dispose();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<bool> AcceptsAsync(int port)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
