using System.Globalization;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>rspamd as a milter: its proxy, which scans by itself. Nothing is looked up; GTUBE is spam.</summary>
internal sealed class RspamdProxy : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private ChildProcess? _process;

    public string Address => $"inet:127.0.0.1:{_claim.Port.ToString(CultureInfo.InvariantCulture)}";

    public static async Task<RspamdProxy> StartAsync()
    {
        Programs.Need("rspamd");
        RspamdProxy proxy = new();
        TempFolder folder = proxy._folder;
        folder.Folder("local.d");
        folder.Write("local.d/worker-normal.inc", "enabled = false;\n");
        folder.Write("local.d/worker-controller.inc", "enabled = false;\n");
        folder.Write("local.d/worker-fuzzy.inc", "enabled = false;\n");
        folder.Write("local.d/worker-proxy.inc", $$"""
            bind_socket = "127.0.0.1:{{proxy._claim.Port.ToString(CultureInfo.InvariantCulture)}}";
            milter = yes;
            count = 1;
            timeout = 30s;
            upstream "local" { default = yes; self_scan = yes; }

            """);
        folder.Write("local.d/options.inc", "dns { nameserver = [\"127.0.0.1:9\"]; timeout = 0.1s; retransmits = 1; }\n");
        folder.Write("local.d/milter_headers.conf", "use = [\"x-spamd-result\"]; skip_local = false; skip_authenticated = false;\n");
        string data = folder.Folder("data", TempFolder.WritableByAll);
        string[] user = Environment.IsPrivilegedProcess ? ["-i", "-u", "root", "-g", "root"] : [];
        proxy._process = ChildProcess.Start(
            folder.Path, "rspamd", "rspamd",
            [
                "-f", .. user, "-c", "/etc/rspamd/rspamd.conf", $"--var=LOCAL_CONFDIR={folder.Path}", $"--var=DBDIR={data}", $"--var=RUNDIR={data}", $"--var=LOGDIR={data}",
            ]);
        // It compiles its patterns each time; on a machine that is busy with other tests that takes a while.
        await proxy._process.ReadyAsync(() => Network.AcceptsAsync(proxy._claim.Port), TimeSpan.FromMinutes(3));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }
}
