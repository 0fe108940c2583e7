using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.LoadTests.Servers;

/// <summary>A real scanner in a folder of its own.</summary>
/// <param name="kind">Which.</param>
/// <param name="folder">Empty.</param>
/// <param name="port">Where it listens.</param>
/// <param name="time">The clock.</param>
internal sealed class Scanner(ScannerKind kind, string folder, int port, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private const int Attempts = 600;
    private Process? _process;

    public ScannerKind Kind => kind;

    public int Port => port;

    /// <summary>Name of its port in a configuration.</summary>
    public string Placeholder => kind == ScannerKind.Clamd ? "clamd_port" : "spamd_port";

    /// <summary>The daemon and its children, which do the work.</summary>
    public IEnumerable<int> Processes
    {
        get
        {
            if (_process is not { HasExited: false } process)
            {
                return [];
            }

            // proc(5): children of the first thread, which is the one that forks.
            string text = string.Empty;
            try
            {
                text = File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children");
            }
            catch (IOException)
            {
                // It ends at this moment.
            }

            return [process.Id, .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ProcessStartInfo start = kind == ScannerKind.Clamd ? Clamd() : Spamd();
        start.UseShellExecute = false;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        // Nobody reads what it says; its own log is in the folder.
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (int i = 0; i < Attempts && !_process.HasExited; i++)
        {
            if (await AnswersAsync(cancellationToken))
            {
                return;
            }

            await Task.Delay(Patience, time, cancellationToken);
        }

        throw new InvalidOperationException($"{start.FileName} does not answer on port {port}.");
    }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
    }

    private ProcessStartInfo Clamd()
    {
        string signatures = Directory.CreateDirectory(Path.Combine(folder, "signatures")).FullName;
        File.WriteAllText(Path.Combine(signatures, "local.hdb"), "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n");
        string configuration = Path.Combine(folder, "clamd.conf");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            TCPSocket {port}
            TCPAddr 127.0.0.1
            DatabaseDirectory {signatures}
            TemporaryDirectory {folder}
            LogFile {folder}/clamd.log
            Foreground yes
            MaxThreads 4
            StreamMaxLength 64M
            AlertExceedsMax yes
            {(Environment.IsPrivilegedProcess ? "User root" : "#")}

            """));
        return new ProcessStartInfo("clamd", ["-c", configuration]);
    }

    private ProcessStartInfo Spamd()
    {
        string home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        return new ProcessStartInfo(
            "spamd",
            [
                "-L", "-x", "--cf=use_bayes 0", "--cf=dns_available no", "--cf=report_safe 0", "-i", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-A", "127.0.0.1",
                "-m", "2", "--min-children=2", "--max-conn-per-child=100000", "-s", Path.Combine(folder, "spamd.log"), .. user, "-H", home,
            ]);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        byte[] question = kind == ScannerKind.Clamd ? "zPING\0"u8.ToArray() : "PING SPAMC/1.5\r\n\r\n"u8.ToArray();
        string answer = kind == ScannerKind.Clamd ? "PONG" : "SPAMD/";
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            await client.GetStream().WriteAsync(question, cancellationToken);
            byte[] reply = new byte[64];
            int count = await client.GetStream().ReadAsync(reply, cancellationToken);
            return Encoding.ASCII.GetString(reply, 0, count).StartsWith(answer, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }
}
