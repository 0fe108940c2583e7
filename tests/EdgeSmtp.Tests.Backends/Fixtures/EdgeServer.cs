using System.Globalization;
using System.Net;
using System.Text.Json;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>The built program with a configuration and data directory of its own, driven only from outside.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly PortClaim _smtp = PortClaim.Take();
    private readonly PortClaim _qmtp = PortClaim.Take();
    private readonly PortClaim _http = PortClaim.Take();
    private readonly HttpClient _client;
    private readonly MemoryGroup? _group;
    private ChildProcess? _process;

    private EdgeServer(Action<EdgeSettings>? change, MemoryGroup? group)
    {
        _group = group;
        _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{_http.Port}"), Timeout = TimeSpan.FromSeconds(10) };
        Settings = new(_folder, SmtpPort, QmtpPort, _http.Port);
        change?.Invoke(Settings);
        ConfigFile = _folder.Write("edgesmtp.json", Settings.Text);
    }

    public EdgeSettings Settings { get; }

    public string ConfigFile { get; }

    public int SmtpPort => _smtp.Port;

    public int QmtpPort => _qmtp.Port;

    public int HttpPort => _http.Port;

    public string DataDirectory => _folder.PathOf("data");

    public ChildProcess Process => _process ?? throw new InvalidOperationException("The edge is not running.");

    /// <summary>What it has written so far: it answers first, and writes when it can.</summary>
    public string Log => Process.Output;

    /// <summary>Starts it and waits until it is ready; in the control group, when one is given.</summary>
    public static async Task<EdgeServer> StartAsync(Action<EdgeSettings>? change = null, MemoryGroup? group = null)
    {
        EdgeServer server = new(change, group);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The Maildir of a recipient; what is not a plain name in it stands there as <c>%XX</c>.</summary>
    public Maildir MaildirOf(string local, string domain = "example.test") =>
        new(Path.Combine(DataDirectory, "maildirs", domain, Uri.EscapeDataString(local)));

    /// <summary>Starts the program on the same data directory, after the last one has ended.</summary>
    public async Task StartAgainAsync()
    {
        string[] command = [Programs.Edge, "run", "--config", ConfigFile];
        if (Settings.HeapBytesMax is { } heap)
            command = ["env", HeapLimit("SOH", heap.Small), HeapLimit("LOH", heap.Large), HeapLimit("POH", heap.Pinned), .. command];
        if (_group is not null)
            command = ["sh", "-c", "echo $$ >\"$0\"; exec \"$@\"", _group.ProcessesFile, .. command];
        _process = ChildProcess.Start(_folder.Path, "edgesmtp", command[0], command[1..]);
        await _process.ReadyAsync(IsReadyAsync);
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits until it has written something.</summary>
    public Task LoggedAsync(string text) => Until.TrueAsync(() => Log.Contains(text, StringComparison.Ordinal), Until.Soon, () => $"'{text}' is not in the log: {Process.OutputTail}");

    /// <summary>Ends the program as a crash does.</summary>
    public async Task KillAsync()
    {
        Process.Signal(PosixSignal.Kill);
        await Process.ExitAsync(StopLimit);
    }

    /// <summary>Ends the program as an operator does; the result is its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Process.Signal(PosixSignal.Terminate);
        return await Process.ExitAsync(StopLimit);
    }

    public Task<string> MetricsAsync() => _client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    /// <summary>The sum of all series of one metric whose labels contain the text; 0 when there is none yet.</summary>
    public async Task<double> MetricAsync(string name, string labels = "")
    {
        double sum = 0;
        foreach (string line in (await MetricsAsync()).Split('\n'))
        {
            bool named = line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal);
            if (named && line.Contains(labels, StringComparison.Ordinal))
                sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
        return sum;
    }

    /// <summary>Runs another command of the program against this one's configuration.</summary>
    public Task<Command.Result> CliAsync(params string[] arguments) =>
        Command.RunAsync(Programs.Edge, [.. arguments, "--config", ConfigFile]);

    /// <summary>How many messages the queue holds, as an operator sees it.</summary>
    public Task<int> QueueLengthAsync() => LengthAsync("queue");

    /// <summary>How many messages are in quarantine, as an operator sees it.</summary>
    public Task<int> QuarantineLengthAsync() => LengthAsync("quarantine");

    public Task EmptyQueueAsync(TimeSpan? limit = null) =>
        Until.TrueAsync(async () => await QueueLengthAsync() == 0, limit ?? Until.Soon, () => $"The queue is not empty.\n{Process.OutputTail}");

    /// <summary>The private memory of the process in KiB, from the kernel's own count.</summary>
    public long PrivateKib() =>
        File.ReadLines($"/proc/{Process.Id}/smaps_rollup")
            .Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    /// <summary>The most memory that it ever had resident, shared files with it.</summary>
    public long PeakKib() =>
        long.Parse(File.ReadLines($"/proc/{Process.Id}/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))[6..^2], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _client.Dispose();
        _smtp.Dispose();
        _qmtp.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private static string HeapLimit(string heap, long bytes) => string.Create(CultureInfo.InvariantCulture, $"DOTNET_GCHeapHardLimit{heap}=0x{bytes:x}");

    private async Task<int> LengthAsync(string collection)
    {
        Command.Result result = await CliAsync(collection, "list", "--json");
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"{collection} list: {result}");
        using JsonDocument document = JsonDocument.Parse(result.Output);
        return document.RootElement.GetArrayLength();
    }
}
