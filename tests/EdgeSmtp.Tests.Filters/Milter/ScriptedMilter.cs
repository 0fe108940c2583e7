using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Tests.Filters.Milter;

/// <summary>
/// A milter of the tests' own, for what real ones do not do on demand: it says what it is told to say to each command, and writes down what it hears. Its answer is "continue" where
/// nothing else was asked for.
/// </summary>
internal sealed class ScriptedMilter : IAsyncDisposable
{
    private static readonly byte[] Continue = MilterPackets.Packet('c');

    private readonly string _folder = Directory.CreateTempSubdirectory("milter").FullName;
    private readonly Dictionary<char, Queue<byte[]?>> _script = [];
    private readonly List<string> _heard = [];
    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private Socket _listener;

    public ScriptedMilter() => _listener = Listen();

    public string Address => $"unix:{SocketPath}";

    /// <summary>What it answers to the negotiation.</summary>
    public byte[] Negotiation { get; set; } = MilterPackets.Negotiation(6, 0x1FF, 0);

    /// <summary>Letters of the commands that it does not answer.</summary>
    public string Silent { get; set; } = string.Empty;

    /// <summary>Connections that were made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Connections that are open.</summary>
    public int Open { get; private set; }

    /// <summary>Commands so far: the letter and the data, NULs shown as <c>|</c>; macros as <c>D</c>. The negotiation is left out.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard)
            {
                return [.. _heard];
            }
        }
    }

    private string SocketPath => Path.Combine(_folder, "socket");

    /// <summary>Commands without macros.</summary>
    public IEnumerable<string> Commands => Heard.Where(static heard => heard[0] != 'D');

    /// <summary>What it says to the next command of a letter: packets, or nothing more on this connection with <c>null</c>.</summary>
    public ScriptedMilter On(char command, params byte[][]? packets)
    {
        lock (_heard)
        {
            (_script.TryGetValue(command, out Queue<byte[]?>? queue) ? queue : _script[command] = new()).Enqueue(packets is null ? null : [.. packets.SelectMany(static packet => packet)]);
        }

        return this;
    }

    /// <summary>Ends every connection, and the listener with them, as a milter that is killed.</summary>
    public void Kill()
    {
        _listener.Dispose();
        lock (_heard)
        {
            _sockets.ForEach(static socket => socket.Dispose());
            _sockets.Clear();
        }
    }

    /// <summary>Listens again.</summary>
    public void Restart()
    {
        File.Delete(SocketPath);
        _listener = Listen();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Kill();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Socket Listen()
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync(_stop.Token);
                lock (_heard)
                {
                    Connections++;
                    Open++;
                    _sockets.Add(socket);
                }

                _ = ServeAsync(socket);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Killed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using NetworkStream stream = new(socket, ownsSocket: true);
            byte[] head = new byte[5];
            while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, _stop.Token) == head.Length)
            {
                byte[] data = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 1];
                await stream.ReadExactlyAsync(data, _stop.Token);
                if (AnswerTo((char)head[4], data) is not { } answer)
                {
                    break;
                }

                if (answer.Length > 0)
                {
                    await stream.WriteAsync(answer, _stop.Token);
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side left, or the test ends.
        }
        finally
        {
            lock (_heard)
            {
                Open--;
            }
        }
    }

    private byte[]? AnswerTo(char command, byte[] data)
    {
        if (command == 'O')
        {
            return Negotiation;
        }

        lock (_heard)
        {
            _heard.Add(command + Encoding.UTF8.GetString(data).Replace('\0', '|'));
            if (_script.TryGetValue(command, out Queue<byte[]?>? queue) && queue.TryDequeue(out byte[]? packets))
            {
                return packets;
            }
        }

        return "DAQ".Contains(command, StringComparison.Ordinal) || Silent.Contains(command, StringComparison.Ordinal) ? [] : Continue;
    }
}
