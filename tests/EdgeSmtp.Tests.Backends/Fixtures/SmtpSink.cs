using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Postfix's smtp-sink as a fast next hop that survives the edge: appends every message it takes to one dump file.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim;
    private ChildProcess? _process;

    private SmtpSink(PortClaim claim)
    {
        _claim = claim;
        DumpFile = Path.Combine(_folder.Folder("dump", TempFolder.WritableByAll), "all");
    }

    public int Port => _claim.Port;

    public string DumpFile { get; }

    public string Dump => File.Exists(DumpFile) ? File.ReadAllText(DumpFile, Encoding.Latin1) : "";

    /// <summary>Starts it; the options are smtp-sink's own, such as <c>-f RCPT</c> to refuse that command for good.</summary>
    public static Task<SmtpSink> StartAsync(params string[] options) => StartAsync(PortClaim.Take(), "127.0.0.1", options);

    /// <summary>Starts it on a port that is claimed already, at any address of loopback.</summary>
    public static async Task<SmtpSink> StartAsync(PortClaim claim, string address = "127.0.0.1", params string[] options)
    {
        Programs.Need("smtp-sink");
        SmtpSink sink = new(claim);
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        sink._process = ChildProcess.Start(
            sink._folder.Path, "smtp-sink", "smtp-sink", [.. user, "-D", sink.DumpFile, .. options, $"{address}:{sink.Port}", "1024"]);
        await sink._process.ReadyAsync(() => Network.GreetsAsync(sink.Port, "220", address: address));
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }
}
