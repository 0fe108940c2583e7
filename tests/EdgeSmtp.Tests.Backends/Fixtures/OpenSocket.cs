using System.Globalization;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A socket as the kernel lists it.</summary>
/// <param name="Text">Its protocol and ends, for people.</param>
/// <param name="Listens">Whether it waits for connections.</param>
/// <param name="LocalPort">Its port; 0 when it has none.</param>
/// <param name="RemotePort">The port at the other end; 0 when it has none.</param>
internal sealed record OpenSocket(string Text, bool Listens, int LocalPort, int RemotePort)
{
    private const string Listening = "0A";
    private const int AcceptsFlag = 0x10000;

    /// <summary>Those of a process's network by what its descriptors show: <c>socket:[inode]</c>. One that was never bound, or whose connection has ended, is in no list.</summary>
    public static Dictionary<string, OpenSocket> ListedFor(int process)
    {
        Dictionary<string, OpenSocket> listed = [];
        foreach (string protocol in (string[])["tcp", "tcp6", "udp", "udp6"])
            foreach (string[] words in Rows(process, protocol))
                listed[$"socket:[{words[9]}]"] = new($"{protocol} {words[1]} {words[2]} {words[3]}", words[3] == Listening && protocol.StartsWith("tcp", StringComparison.Ordinal), PortOf(words[1]), PortOf(words[2]));
        foreach (string[] words in Rows(process, "unix"))
            listed[$"socket:[{words[6]}]"] = new($"unix {string.Join(' ', words[7..])}", (Hex(words[3]) & AcceptsFlag) != 0, 0, 0);
        return listed;
    }

    private static IEnumerable<string[]> Rows(int process, string protocol) =>
        File.ReadLines($"/proc/{process}/net/{protocol}").Skip(1).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static int PortOf(string address) => Hex(address[(address.LastIndexOf(':') + 1)..]);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
