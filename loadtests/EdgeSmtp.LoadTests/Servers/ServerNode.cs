using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSmtp.LoadTests.Servers;

/// <summary>The built program with a configuration and data directory of its own.</summary>
internal sealed partial class ServerNode : IAsyncDisposable
{
    private const int TerminateSignal = 15;
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };
    private readonly Process _process;

    private ServerNode(Process process, IPEndPoint endPoint, IPEndPoint http) => (_process, EndPoint, Http) = (process, endPoint, http);

    /// <summary>Where it takes mail.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where it answers those who watch.</summary>
    public IPEndPoint Http { get; }

    public int ProcessId => _process.Id;

    /// <summary>Whether it is to be spared new connections, as a load balancer that looks at its health would.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="program">The built <c>edgesmtp</c>.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="setup">What to change.</param>
    /// <param name="ports">What placeholders of ports stand for, beside the node's own.</param>
    /// <param name="time">The clock.</param>
    public static async Task<ServerNode> StartAsync(string program, string folder, ServerSetup setup, IReadOnlyDictionary<string, int> ports, TimeProvider time)
    {
        int port = FreePort.Take();
        int http = FreePort.Take();
        LoadCertificate.Write(folder, time.GetUtcNow());
        JsonObject root = JsonNode.Parse(Template(), documentOptions: WithComments)!.AsObject();
        if (setup.AccessRules is { } rules)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "access.rules"), rules);
            root["AccessRules"] = new JsonObject { ["mx"] = new JsonObject { ["File"] = "{dir}/access.rules" } };
            root["Listeners"]!["mx"]!["Access"] = "mx";
        }

        setup.Configure?.Invoke(root);
        StringBuilder text = new(root.ToJsonString());
        text.Replace("{port}", Text(port)).Replace("{http_port}", Text(http)).Replace("{dir}", folder);
        foreach ((string name, int number) in ports)
        {
            text.Replace($"{{{name}}}", Text(number));
        }

        string file = Path.Combine(folder, "edgesmtp.json");
        await File.WriteAllTextAsync(file, text.ToString());
        // The event log goes to a file as in production; what the program says of itself lies beside it.
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false };
        foreach (string argument in (string[])["-c", "exec \"$0\" run --config \"$1\" >\"$2/events.log\" 2>\"$2/operations.log\" </dev/null", program, file, folder])
        {
            start.ArgumentList.Add(argument);
        }

        ServerNode node = new(Process.Start(start)!, new IPEndPoint(IPAddress.Loopback, port), new IPEndPoint(IPAddress.Loopback, http));
        try
        {
            await node.ReadyAsync(http, folder, time);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end as an operator does, and waits until it has.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        IsDraining = true;
        _ = Kill(_process.Id, TerminateSignal);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Template()
    {
        using StreamReader reader = new(typeof(ServerNode).Assembly.GetManifestResourceStream("load.json")!);
        return reader.ReadToEnd();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task ReadyAsync(int http, string folder, TimeProvider time)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50), time);
        for (int attempt = 0; attempt < 600; attempt++)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{await File.ReadAllTextAsync(Path.Combine(folder, "operations.log"))}");
            }

            try
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri($"http://127.0.0.1:{http}/health/ready"));
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await timer.WaitForNextTickAsync();
        }

        throw new TimeoutException("The server is not ready after 30 s.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
