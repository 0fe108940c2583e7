using System.Globalization;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A real milter of libmilter: signs mail of <c>client.test</c> that comes from loopback, and says of all other mail whether it is signed.</summary>
internal sealed class OpenDkim : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly string _configFile;
    private ChildProcess? _process;

    private OpenDkim(string key)
    {
        string keyFile = _folder.Write("key", key);
        File.SetUnixFileMode(keyFile, UnixFileMode.UserRead);
        _configFile = _folder.Write("opendkim.conf", $"""
            Mode sv
            Domain client.test
            Selector s1
            KeyFile {keyFile}
            Canonicalization relaxed/simple
            Socket inet:{_claim.Port.ToString(CultureInfo.InvariantCulture)}@127.0.0.1
            InternalHosts 127.0.0.1
            AlwaysAddARHeader yes
            AuthservID mx.example.test
            Background no
            Syslog no
            RequireSafeKeys no

            """);
    }

    public string Address => $"inet:{_claim.Port.ToString(CultureInfo.InvariantCulture)}@127.0.0.1";

    public ChildProcess Process => _process ?? throw new InvalidOperationException("opendkim is not running.");

    public static async Task<OpenDkim> StartAsync()
    {
        Programs.Need("opendkim", "openssl");
        OpenDkim milter = new((await Command.RunAsync("openssl", "genrsa", "1024")).Output);
        await milter.StartAgainAsync();
        return milter;
    }

    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(_folder.Path, "opendkim", "opendkim", "-x", _configFile, "-f");
        await _process.ReadyAsync(() => Network.AcceptsAsync(_claim.Port));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }
}
