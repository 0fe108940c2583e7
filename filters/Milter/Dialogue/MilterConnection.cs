using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Filters.Milter.Wire;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>One connection to a milter: sends what was written, receives one answer after the other, each within its time.</summary>
internal sealed class MilterConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly MilterFraming _framing;
    private readonly TimeProvider _time;

    private MilterConnection(Socket socket, int packetBytesMax, TimeProvider time)
    {
        _socket = socket;
        _framing = new MilterFraming(packetBytesMax);
        _time = time;
    }

    /// <summary>What goes out with the next <see cref="SendAsync"/>.</summary>
    public MilterWriter Output { get; } = new();

    /// <summary>What both sides agreed on.</summary>
    public MilterNegotiation Agreed { get; private set; } = null!;

    /// <summary>Whether the milter has gone, or speaks without being asked, while nothing was expected of it: it was restarted, and the connection is of no use.</summary>
    public bool IsStale => _framing.HasRest || _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Connects, and agrees on the protocol.</summary>
    /// <exception cref="MilterException">It is not there, or cannot be understood.</exception>
    public static async ValueTask<MilterConnection> OpenAsync(EndPoint endPoint, MilterActions offered, MilterFilterOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        DialResult dialed = await Dialer.DialAsync(endPoint, new DialOptions { ConnectTimeout = options.ConnectTimeout }, time, cancellationToken).ConfigureAwait(false);
        if (dialed.Socket is null)
        {
            throw new MilterException(dialed.Detail);
        }

        MilterConnection connection = new(dialed.Socket, options.PacketBytesMax, time);
        try
        {
            connection.Output.Negotiate(MilterNegotiation.VersionMax, offered | MilterActions.SetMacroLists, MilterSteps.Offered);
            await connection.SendAsync(options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            MilterPacket answer = await connection.ReceivePacketAsync(options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            if ((MilterReplyKind)answer.Kind != MilterReplyKind.Negotiate)
            {
                throw new MilterException($"it answered the negotiation with 0x{answer.Kind:x2}");
            }

            connection.Agreed = MilterNegotiation.Read(answer.Data.Span, offered);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends what was written.</summary>
    public async ValueTask SendAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!Output.Written.IsEmpty)
        {
            await WithinAsync(static (connection, token) => connection.WriteAsync(token), limit, cancellationToken).ConfigureAwait(false);
            Output.Clear();
        }
    }

    /// <summary>Waits for the next answer.</summary>
    public async ValueTask<MilterReply> ReceiveAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        MilterReply.Read(await ReceivePacketAsync(limit, cancellationToken).ConfigureAwait(false));

    /// <summary>Sends what was written if that needs no waiting. For a farewell, which nobody waits for.</summary>
    public void TrySend()
    {
        try
        {
            _socket.Blocking = false;
            _socket.Send(Output.Written.Span, SocketFlags.None, out _);
        }
        catch (SocketException)
        {
            // It has gone before.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private ValueTask<MilterPacket> ReceivePacketAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _framing.TryRead(out MilterPacket packet) ? new ValueTask<MilterPacket>(packet) : WithinAsync(static (connection, token) => connection.ReadAsync(token), limit, cancellationToken);

    private async ValueTask<MilterPacket> WriteAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> rest = Output.Written;
        while (!rest.IsEmpty)
        {
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }

        return default;
    }

    private async ValueTask<MilterPacket> ReadAsync(CancellationToken cancellationToken)
    {
        MilterPacket packet;
        do
        {
            int count = await _socket.ReceiveAsync(_framing.Free(), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new MilterException("it closed the connection");
            }

            _framing.Take(count);
        }
        while (!_framing.TryRead(out packet));

        return packet;
    }

    private async ValueTask<MilterPacket> WithinAsync(Func<MilterConnection, CancellationToken, ValueTask<MilterPacket>> work, TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(limit, _time);
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            return await work(this, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new MilterException($"no answer within {limit}");
        }
        catch (SocketException error)
        {
            throw new MilterException($"the connection broke: {error.SocketErrorCode}", error);
        }
    }
}
