namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A real authoritative DNS server for one zone that the test writes.</summary>
internal sealed class Nsd : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private ChildProcess? _process;

    public int Port => _claim.Port;

    /// <summary>Starts it with these records; the zone's SOA and NS stand before them, every TTL is 0.</summary>
    public static async Task<Nsd> StartAsync(string zone, string records)
    {
        Programs.Need("nsd");
        Nsd server = new();
        server._folder.Write("zone", $"""
            $ORIGIN {zone}.
            $TTL 0
            @ IN SOA ns.{zone}. root.{zone}. 1 3600 600 86400 0
            @ IN NS ns.{zone}.
            ns IN A 127.0.0.1
            {records}

            """);
        string configuration = server._folder.Write("nsd.conf", server.Configuration(zone));
        server._process = ChildProcess.Start(server._folder.Path, "nsd-out", "nsd", "-d", "-c", configuration);
        await server._process.ReadyAsync(() => Network.AnswersDnsAsync(server.Port, $"ns.{zone}"));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }

    private string Configuration(string zone) => $"""
        server:
          ip-address: 127.0.0.1@{Port}
          username: ""
          chroot: ""
          zonesdir: "{_folder.Path}"
          database: ""
          logfile: "{_folder.PathOf("nsd.log")}"
          pidfile: "{_folder.PathOf("nsd.pid")}"
          xfrdfile: "{_folder.PathOf("xfrd.state")}"
          zonelistfile: "{_folder.PathOf("zone.list")}"
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: {zone}
          zonefile: zone

        """;
}
