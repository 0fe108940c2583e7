namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A real rspamd with its own rules and no network, on a TCP port and a Unix socket. Settings <c>strict</c> refuse what lacks the usual fields, <c>lenient</c> rewrite its Subject,
/// <c>greylist</c> greylist all.
/// </summary>
internal sealed class Rspamd : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private ChildProcess? _process;

    /// <summary>A body that rspamd refuses whatever else it thinks.</summary>
    public const string Gtube = Spamd.Gtube;

    public int Port => _claim.Port;

    public string TcpAddress => $"127.0.0.1:{Port}";

    public string UnixAddress => _folder.PathOf("rspamd.sock");

    public string Log => Process.Output;

    /// <summary>Messages that it has judged.</summary>
    public int Scans => Log.Split("rspamd_task_write_log: id: ").Length - 1;

    private ChildProcess Process => _process ?? throw new InvalidOperationException("rspamd is not running.");

    public static async Task<Rspamd> StartAsync()
    {
        Programs.Need("rspamd", "/usr/share/rspamd/rules/rspamd.lua");
        Rspamd rspamd = new();
        rspamd._folder.Folder("db", TempFolder.WritableByAll);
        rspamd._folder.Write("rspamd.conf", rspamd.Configuration());
        try
        {
            await rspamd.StartAgainAsync();
            return rspamd;
        }
        catch
        {
            await rspamd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the same addresses, after the last one has ended.</summary>
    public async Task StartAgainAsync()
    {
        File.Delete(UnixAddress);
        string[] user = Environment.IsPrivilegedProcess ? ["-i", "-u", "root", "-g", "root"] : [];
        _process = ChildProcess.Start(
            _folder.Path, "rspamd", "rspamd",
            ["-f", .. user, "-c", _folder.PathOf("rspamd.conf"), $"--var=DBDIR={_folder.PathOf("db")}", $"--var=RUNDIR={_folder.Path}", $"--var=LOGDIR={_folder.Path}"]);
        await _process.ReadyAsync(() => Network.GreetsAsync(Port, "HTTP/1.1 200", "GET /ping HTTP/1.0\r\n\r\n"), TimeSpan.FromMinutes(2));
    }

    /// <summary>Sends a signal to it and to its worker.</summary>
    public void Signal(PosixSignal signal) => Process.SignalFamily(signal);

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

    private string Configuration() => $$"""
        options {
          pidfile = false;
          disable_hyperscan = true;
          dns { nameserver = ["127.0.0.1:19"]; timeout = 0.05s; retransmits = 1; }
          task_timeout = 8s;
          control_socket = "{{_folder.PathOf("control.sock")}} mode=0600";
          filters = "regexp";
          url_tld = "/usr/share/rspamd/effective_tld_names.dat";
          local_addrs = [];
        }
        logging { type = "console"; level = "info"; }
        lua = "/usr/share/rspamd/rules/rspamd.lua";
        modules { path = "/usr/share/rspamd/plugins/"; }
        actions { reject = 150; add_header = 60; rewrite_subject = 80; subject = "***SPAM*** %s"; greylist = 40; }
        worker "normal" { bind_socket = "127.0.0.1:{{Port}}"; bind_socket = "{{UnixAddress}} mode=0666"; count = 1; }
        milter_headers {
          use = ["x-spamd-result", "remove-headers"]; skip_local = false; skip_authenticated = false;
          routines { remove-headers { headers { "X-Remove-Me" = 0; } } }
        }
        settings {
          strict { id = "strict"; apply { actions { reject = 3; "add header" = 2; "rewrite subject" = 2.5; greylist = 1; } } }
          lenient { id = "lenient"; apply { actions { reject = 1000; "add header" = 900; greylist = 1; "rewrite subject" = 2; } } }
          marked { id = "marked"; apply { actions { reject = 1000; "add header" = 2; greylist = 1; "rewrite subject" = 900; } } }
          greylist { id = "greylist"; apply { actions { reject = 1000; "add header" = 900; "rewrite subject" = 800; greylist = 1; } } }
        }

        """;
}
