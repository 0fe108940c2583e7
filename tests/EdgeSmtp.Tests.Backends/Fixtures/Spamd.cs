using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A real spamd with Debian's rules and no network tests, on a TCP port and a Unix socket. It keeps preferences of users in files (<see cref="Prefers"/>), as `--virtual-config-dir` has it.
/// </summary>
internal sealed class Spamd : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly int _children;
    private readonly string? _cores;
    private ChildProcess? _process;

    private Spamd(int children, string? cores)
    {
        _children = children;
        _cores = cores;
    }

    /// <summary>A body that every SpamAssassin scores with 1,000 points.</summary>
    public const string Gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    public int Port => _claim.Port;

    public string TcpAddress => $"127.0.0.1:{Port}";

    public string UnixAddress => $"unix:{_folder.PathOf("spamd.sock")}";

    public string Log => Process.Output;

    /// <summary>Messages that it has scored since it was started first.</summary>
    public int Scans => Log.Split("spamd: result: ").Length - 1;

    /// <summary>Processor time of its children, who do the work.</summary>
    public TimeSpan Cpu => TimeSpan.FromTicks(ProcessTree.ChildrenOf(Process.Id).Sum(static child => ProcessTree.CpuOf(child).Ticks));

    private int Connections => Log.Split("spamd: connection from ").Length - 1;

    private ChildProcess Process => _process ?? throw new InvalidOperationException("spamd is not running.");

    /// <summary>Starts it.</summary>
    /// <param name="children">Messages that it scores at once.</param>
    /// <param name="cores">The processors that it may use, as taskset has them; <c>null</c> for all.</param>
    public static async Task<Spamd> StartAsync(int children = 2, string? cores = null)
    {
        Programs.Need("spamd");
        Spamd spamd = new(children, cores);
        spamd._folder.Folder("users", TempFolder.WritableByAll);
        spamd._folder.Folder("home", TempFolder.WritableByAll);
        try
        {
            await spamd.StartAgainAsync();
            return spamd;
        }
        catch
        {
            await spamd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same addresses, after the last one has ended.</summary>
    public async Task StartAgainAsync()
    {
        File.Delete(_folder.PathOf("spamd.sock"));
        string children = _children.ToString(CultureInfo.InvariantCulture);
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        string[] bound = _cores is null ? [] : ["taskset", "-c", _cores];
        _process = ChildProcess.Start(
            _folder.Path, "spamd", "env",
            [
                .. bound, Programs.Find("spamd"), "-L", "-x", $"--virtual-config-dir={_folder.PathOf("users")}/%u", "--cf=use_bayes 0", "--cf=dns_available no", "--cf=report_safe 0",
                "-i", $"127.0.0.1:{Port}", $"--socketpath={_folder.PathOf("spamd.sock")}", "--socketmode=0666", "-A", "127.0.0.1", "-m", children, $"--min-children={children}",
                "--max-conn-per-child=100000", "-s", "stderr", .. user, "-H", _folder.PathOf("home"),
            ]);
        await _process.ReadyAsync(() => Network.GreetsAsync(Port, "SPAMD/", "PING SPAMC/1.5\r\n\r\n"), TimeSpan.FromMinutes(2));
    }

    /// <summary>Gives a user lines of preferences.</summary>
    public void Prefers(string user, string lines)
    {
        _folder.Folder($"users/{user}", TempFolder.WritableByAll);
        _folder.Write($"users/{user}/user_prefs", lines);
    }

    /// <summary>Sends a signal to it and to its children, who do the work.</summary>
    public void Signal(PosixSignal signal) => Process.SignalFamily(signal);

    /// <summary>Keeps one of its children busy, as a client does that is slow to send its message, until the result is disposed.</summary>
    public async Task<IDisposable> OccupyAsync()
    {
        int before = Connections;
        TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("CHECK SPAMC/1.5\r\nContent-length: 100\r\n\r\n"u8.ToArray());
            await Until.TrueAsync(() => Connections > before, Until.Soon, () => Log);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Ends it as a crash does.</summary>
    public async Task KillAsync()
    {
        Signal(PosixSignal.Kill);
        await Process.ExitAsync(Until.Soon);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Signal(PosixSignal.Continue);
            await _process.DisposeAsync();
        }
        _claim.Dispose();
        _folder.Dispose();
    }
}
