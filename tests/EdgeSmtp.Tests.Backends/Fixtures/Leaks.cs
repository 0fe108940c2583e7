namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// What a running edge holds for sessions and messages. At rest that is nothing, however many segments its queue has made ahead and whether or not somebody keeps a connection to its HTTP:
/// so descriptors are judged by what they are, and never by how many there were at a moment when some were still on their way.
/// </summary>
internal sealed class Leaks
{
    // The thread pool makes threads as it needs them, and takes its time to let them go.
    private const int PoolThreads = 12;

    private readonly EdgeServer _edge;
    private readonly int[] _kept;
    private readonly HashSet<string> _ofTheRuntime;
    private readonly int _threads;

    /// <summary>Begins to watch an edge that has served at least one message.</summary>
    /// <param name="edge">The edge.</param>
    /// <param name="kept">Ports of servers to which it keeps connections open on purpose.</param>
    public Leaks(EdgeServer edge, params int[] kept)
    {
        _edge = edge;
        _kept = kept;
        _ofTheRuntime = [.. Targets.Where(static target => target.StartsWith("pipe:", StringComparison.Ordinal))];
        _threads = Threads;
    }

    private IEnumerable<string> Targets => Directory.GetFileSystemEntries($"/proc/{_edge.Process.Id}/fd").Select(TargetOf).OfType<string>();

    private int Threads => Directory.GetDirectories($"/proc/{_edge.Process.Id}/task").Length;

    /// <summary>Waits until the edge is at rest.</summary>
    public Task NoneAsync() => Until.TrueAsync(
        () => Held().Count == 0 && Threads <= _threads + PoolThreads,
        Until.Soon,
        () => $"{Threads} threads, {_threads} before; held:\n{string.Join('\n', Held())}\n{_edge.Process.OutputTail}");

    /// <summary>What it holds now that it does not at rest.</summary>
    public List<string> Held()
    {
        string[] targets = [.. Targets];
        Dictionary<string, OpenSocket> sockets = OpenSocket.ListedFor(_edge.Process.Id);
        return [.. targets.Where(target => IsHeld(target, sockets)).Select(target => sockets.TryGetValue(target, out OpenSocket? socket) ? socket.Text : target)];
    }

    private bool IsHeld(string target, Dictionary<string, OpenSocket> sockets)
    {
        if (target.StartsWith("socket:", StringComparison.Ordinal))
            return !sockets.TryGetValue(target, out OpenSocket? socket) || !(socket.Listens || socket.LocalPort == _edge.HttpPort || _kept.Contains(socket.RemotePort));
        if (target.StartsWith("pipe:", StringComparison.Ordinal))
            return !_ofTheRuntime.Contains(target);
        return target.StartsWith("/memfd:edgesmtp", StringComparison.Ordinal) || (target.StartsWith(_edge.DataDirectory + "/", StringComparison.Ordinal) && !IsKeptFile(target));
    }

    /// <summary>Whether the queue or the event log has it open for itself. Of the queue's files a body is one message's.</summary>
    private bool IsKeptFile(string path) =>
        Path.GetRelativePath(_edge.DataDirectory, path).Split('/')[0] is "queue" or "explain" && Path.GetExtension(path) != ".body";

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
