using System.Diagnostics;
using System.Net;

namespace EdgeSmtp.LoadTests.Servers;

/// <summary>The servers of one run, in a folder that goes with them.</summary>
internal sealed class ServerGroup : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgesmtp-load-");
    private readonly List<ServerNode> _nodes = [];
    private readonly List<Scanner> _scanners = [];
    private Process? _nextHop;

    private ServerGroup()
    {
    }

    public IReadOnlyList<ServerNode> Nodes => _nodes;

    public IReadOnlyList<IPEndPoint> EndPoints => [.. _nodes.Select(static node => node.EndPoint)];

    /// <summary>Processes whose time and memory are the servers'.</summary>
    public IEnumerable<int> Processes => _nodes.Select(static node => node.ProcessId);

    /// <summary>Processes of the scanners.</summary>
    public IEnumerable<int> BackendProcesses => _scanners.SelectMany(static scanner => scanner.Processes);

    /// <summary>Ends a scanner as a crash does.</summary>
    /// <param name="kind">Which.</param>
    public void KillScanner(ScannerKind kind) => _scanners.Find(scanner => scanner.Kind == kind)!.Kill();

    /// <summary>Starts a scanner again where it was.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="cancellationToken">Ends the wait until it answers.</param>
    public Task RestartScannerAsync(ScannerKind kind, CancellationToken cancellationToken) => _scanners.Find(scanner => scanner.Kind == kind)!.StartAsync(cancellationToken);

    /// <summary>Starts what a scenario needs.</summary>
    /// <param name="program">The built <c>edgesmtp</c>.</param>
    /// <param name="setup">What to start.</param>
    /// <param name="time">The clock.</param>
    public static async Task<ServerGroup> StartAsync(string program, ServerSetup setup, TimeProvider time)
    {
        ServerGroup group = new();
        try
        {
            int nextPort = FreePort.Take();
            if (setup.NextHop)
            {
                group._nextHop = StartSink(nextPort);
            }

            Dictionary<string, int> ports = new() { ["next_port"] = nextPort, ["dead_port"] = FreePort.Take() };
            foreach (ScannerKind kind in setup.Scanners)
            {
                Scanner scanner = new(kind, group._folder.CreateSubdirectory(kind.ToString()).FullName, FreePort.Take(), time);
                group._scanners.Add(scanner);
                await scanner.StartAsync(CancellationToken.None);
                ports[scanner.Placeholder] = scanner.Port;
            }

            for (int i = 0; i < setup.Nodes; i++)
            {
                string folder = group._folder.CreateSubdirectory($"node{i + 1}").FullName;
                group._nodes.Add(await ServerNode.StartAsync(program, folder, setup, ports, time));
            }

            return group;
        }
        catch
        {
            await group.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerNode node in _nodes)
        {
            await node.DisposeAsync();
        }

        foreach (Scanner scanner in _scanners)
        {
            scanner.Dispose();
        }

        _nextHop?.Kill(entireProcessTree: true);
        _nextHop?.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Process StartSink(int port)
    {
        string program = File.Exists("/usr/sbin/smtp-sink") ? "/usr/sbin/smtp-sink" : "smtp-sink";
        ProcessStartInfo start = new(program) { UseShellExecute = false };
        if (Environment.IsPrivilegedProcess)
        {
            start.ArgumentList.Add("-u");
            start.ArgumentList.Add("nobody");
        }

        start.ArgumentList.Add($"127.0.0.1:{port}");
        start.ArgumentList.Add("1024");
        return Process.Start(start)!;
    }
}
