using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A port of 127.0.0.1 that no other test of this machine takes while the claim is held.
/// The range lies below the kernel's ephemeral ports (32768–60999), where a bind fails at random.
/// </summary>
internal sealed class PortClaim : IDisposable
{
    private const int First = 10_000;
    private const int Last = 30_000;

    private readonly FileStream _lock;

    private PortClaim(int port, FileStream lockFile)
    {
        Port = port;
        _lock = lockFile;
    }

    public int Port { get; }

    public static PortClaim Take()
    {
        string folder = Path.Combine(Path.GetTempPath(), "edgesmtp-ports");
        Directory.CreateDirectory(folder);
        for (int attempt = 0; attempt < 1_000; attempt++)
        {
            int port = Random.Shared.Next(First, Last);
            if (TryLock(Path.Combine(folder, $"{port}")) is not { } file)
                continue;
            if (IsFree(port))
                return new(port, file);
            file.Dispose();
        }
        throw new InvalidOperationException($"No free port between {First} and {Last}.");
    }

    public void Dispose() => _lock.Dispose();

    // FileShare.None is an advisory lock of the open file (flock), so it ends with the process however that ends.
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Any, port));
            using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
