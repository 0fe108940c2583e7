using System.Globalization;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A real milter, of libmilter. One signs mail of <c>client.test</c> that comes from loopback, and says of all other mail whether it is signed; another knows the key of the first, and says of all
/// mail what it thinks of its signatures.
/// </summary>
internal sealed class OpenDkim : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private string _configFile = string.Empty;
    private ChildProcess? _process;

    public string Address => $"inet:{_claim.Port.ToString(CultureInfo.InvariantCulture)}@127.0.0.1";

    public ChildProcess Process => _process ?? throw new InvalidOperationException("opendkim is not running.");

    private string KeyFile => _folder.PathOf("key");

    public static async Task<OpenDkim> StartAsync()
    {
        Programs.Need("opendkim", "openssl");
        OpenDkim milter = new();
        milter._folder.Write("key", (await Command.RunAsync("openssl", "genrsa", "1024")).Output);
        await milter.StartAsync($"""
            Mode sv
            Domain client.test
            Selector s1
            KeyFile {milter.KeyFile}
            Canonicalization simple/simple
            InternalHosts 127.0.0.1
            """);
        return milter;
    }

    public static async Task<OpenDkim> StartVerifierAsync(OpenDkim signer)
    {
        string[] lines = (await Command.RunAsync("openssl", "rsa", "-in", signer.KeyFile, "-pubout")).Output.Split('\n');
        string key = string.Concat(lines.Where(static line => line.Length > 0 && line[0] != '-'));
        OpenDkim milter = new();
        string dns = milter._folder.Write("dns", $"s1._domainkey.client.test v=DKIM1; k=rsa; p={key}\n");
        await milter.StartAsync($"""
            Mode v
            TestDNSData {dns}
            InternalHosts 192.0.2.1
            """);
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

    private Task StartAsync(string config)
    {
        _configFile = _folder.Write("opendkim.conf", $"""
            {config}
            Socket {Address}
            AlwaysAddARHeader yes
            AuthservID mx.example.test
            Background no
            Syslog no
            RequireSafeKeys no

            """);
        return StartAgainAsync();
    }
}
