using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A private clamd with signatures of its own: EICAR's body, and the file of Debian's <c>clamav-testfiles</c>.</summary>
internal sealed class Clamd : IAsyncDisposable
{
    // In two halves, so that no scanner takes this assembly for it.
    public static readonly string Eicar = @"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    private readonly TempFolder _folder = new();
    private readonly PortClaim _port = PortClaim.Take();
    private ChildProcess? _process;

    private Clamd(string directives)
    {
        string signatures = _folder.Folder("db");
        File.WriteAllText(Path.Combine(signatures, "local.ndb"), $"Eicar-Test-Signature:0:*:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Eicar))}\n");
        File.WriteAllText(Path.Combine(signatures, "local.hsb"), "71e7b604d18aefd839e51a39c88df8383bb4c071dc31f87f00a2b5df580d4495:544:ClamAV-Test-File\n");
        _folder.Folder("tmp");
        _folder.Write("clamd.conf", $"""
            LocalSocket {Socket}
            LocalSocketMode 666
            FixStaleSocket yes
            TCPSocket {_port.Port}
            TCPAddr 127.0.0.1
            DatabaseDirectory {signatures}
            TemporaryDirectory {_folder.PathOf("tmp")}
            PidFile {_folder.PathOf("pid")}
            Foreground yes
            LogFile {ScanLog}
            LogClean yes
            LogVerbose no
            SelfCheck 3600
            MaxThreads 4
            Bytecode no
            AlertExceedsMax yes
            AlertEncrypted yes
            {directives}

            """);
    }

    /// <summary>The Unix socket.</summary>
    public string Socket => _folder.PathOf("socket");

    /// <summary>The TCP socket.</summary>
    public string Address => $"127.0.0.1:{_port.Port}";

    public string ConfigFile => _folder.PathOf("clamd.conf");

    public ChildProcess Process => _process ?? throw new InvalidOperationException("clamd is not running.");

    /// <summary>Scans that it has ended, by its log.</summary>
    public int Scans => File.Exists(ScanLog) ? File.ReadLines(ScanLog).Count(IsScan) : 0;

    private string ScanLog => _folder.PathOf("scans");

    /// <summary>Starts it.</summary>
    /// <param name="directives">Further lines of its configuration.</param>
    public static async Task<Clamd> StartAsync(string directives = "")
    {
        Programs.Need("clamd");
        Clamd clamd = new(directives);
        try
        {
            await clamd.StartAgainAsync();
            return clamd;
        }
        catch
        {
            await clamd.DisposeAsync();
            throw;
        }
    }

    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(_folder.Path, "clamd", "clamd", "-c", ConfigFile);
        await _process.ReadyAsync(AnswersAsync);
    }

    public async Task KillAsync()
    {
        Process.Signal(PosixSignal.Kill);
        await Process.ExitAsync(Until.Soon);
        await Process.DisposeAsync();
        _process = null;
    }

    public void Freeze() => Process.Signal(PosixSignal.Stop);

    public void Thaw() => Process.Signal(PosixSignal.Continue);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _port.Dispose();
        _folder.Dispose();
    }

    private static bool IsScan(string line) => line.EndsWith(": OK", StringComparison.Ordinal) || line.EndsWith(" FOUND", StringComparison.Ordinal);

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", _port.Port);
            await socket.SendAsync("zPING\0"u8.ToArray());
            byte[] answer = new byte[8];
            return File.Exists(Socket) && await socket.ReceiveAsync(answer) > 0 && answer[0] == 'P';
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
