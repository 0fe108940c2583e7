namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A real DNS block list: <c>bl.test</c> lists 127.0.0.2 and 192.0.2.0/28 (127.0.0.2) and 198.51.100.66 (127.0.0.4),
/// <c>bl6.test</c> lists ::ffff:7f00:2 and 2001:db8:bad::/48, the test points of RFC 5782 §5 among them. A test adds the zones that it is about.
/// </summary>
internal sealed class Rbldnsd : IAsyncDisposable
{
    private const string Zone4 = """
        $SOA 0 ns.bl.test. root.bl.test. 1 1h 1h 1h 0
        $NS 0 ns.bl.test.
        $TTL 0
        :127.0.0.2:Listed, see http://bl.test/$
        127.0.0.2
        192.0.2.0/28
        :127.0.0.4:policy list
        198.51.100.66

        """;

    private const string Zone6 = """
        $SOA 0 ns.bl6.test. root.bl6.test. 1 1h 1h 1h 0
        $NS 0 ns.bl6.test.
        $TTL 0
        :127.0.0.2:Listed v6
        ::ffff:7f00:2
        2001:db8:bad::/48

        """;

    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private ChildProcess? _process;

    public int Port => _claim.Port;

    public static async Task<Rbldnsd> StartAsync(params IReadOnlyList<RbldnsdZone> more)
    {
        Programs.Need("rbldnsd");
        Rbldnsd server = new();
        RbldnsdZone[] zones = [new("bl.test", "ip4trie", Zone4), new("bl6.test", "ip6trie", Zone6), .. more];
        foreach (RbldnsdZone zone in zones)
            server._folder.Write(zone.Name, zone.Data);
        string[] user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        server._process = ChildProcess.Start(
            server._folder.Path, "rbldnsd", "rbldnsd",
            [
                "-n", "-f", "-t", "1", .. user, "-w", server._folder.Path, "-b", $"127.0.0.1/{server.Port}",
                .. zones.Select(static zone => $"{zone.Name}:{zone.Type}:{zone.Name}"),
            ]);
        await server._process.ReadyAsync(() => Network.AnswersDnsAsync(server.Port, "2.0.0.127.bl.test"));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }
}
