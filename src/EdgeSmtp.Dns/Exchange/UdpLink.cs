using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeSmtp.Dns.Wire;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>
/// One socket to one server, connected, so that the kernel drops what others send (RFC 5452 §9.2), at a port that the kernel chose. Carries many questions at once,
/// told apart by random ids; after some it is retired, so that its port is worth no guess.
/// </summary>
internal sealed class UdpLink : IDisposable
{
    private const int QuestionsMax = 512;
    private const int DatagramBytesMax = 4096;
    private const int ReceiveBufferBytes = 1 << 20;
    private const int IdsAtOnce = 64;

    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly DnsMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, PendingQuestion> _pending = [];
    private readonly long _opened = Stopwatch.GetTimestamp();
    private readonly ushort[] _ids = new ushort[IdsAtOnce];
    private int _idsLeft;
    private int _asked;
    private bool _isRetired;
    private bool _isClosed;

    /// <summary>Opens the socket.</summary>
    /// <exception cref="SocketException">There is no way to the server.</exception>
    public UdpLink(IPEndPoint server, DnsMetrics metrics)
    {
        _metrics = metrics;
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.ReceiveBufferSize = ReceiveBufferBytes;
            _socket.Connect(server);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _ = ReceiveAsync();
    }

    /// <summary>Questions on their way.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Whether it has done its share.</summary>
    public bool IsWorn => Volatile.Read(ref _asked) >= QuestionsMax || Stopwatch.GetElapsedTime(_opened) > AgeMax;

    /// <summary>Sends a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="dnssecOk">Whether DO is set.</param>
    /// <param name="timeout">How long the server has.</param>
    /// <returns>The question on its way; <c>null</c> when the link was retired meanwhile.</returns>
    public async ValueTask<PendingQuestion?> AskAsync(DnsKey question, bool dnssecOk, TimeSpan timeout)
    {
        PendingQuestion? pending = Begin(question);
        if (pending is null)
        {
            return null;
        }

        byte[] message = System.Buffers.ArrayPool<byte>.Shared.Rent(WireQuestion.LengthMax);
        try
        {
            int length = WireQuestion.Write(message, pending.Id, question, dnssecOk);
            pending.Arm(timeout);
            await _socket.SendAsync(message.AsMemory(0, length), SocketFlags.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Drop(pending, ReplyFailure.Network);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(message);
        }

        return pending;
    }

    /// <summary>Ends a question without a message.</summary>
    public void Drop(PendingQuestion pending, ReplyFailure failure)
    {
        if (Remove(pending))
        {
            pending.End(new ServerReply(failure));
        }
    }

    /// <summary>Takes no more questions; closes with the last that is on its way.</summary>
    public void Retire()
    {
        bool isIdle;
        lock (_lock)
        {
            _isRetired = true;
            isIdle = TryClose();
        }

        if (isIdle)
        {
            _socket.Dispose();
        }
    }

    /// <summary>Closes now; what is on its way fails.</summary>
    public void Dispose()
    {
        Retire();
        FailAll(ReplyFailure.Network);
    }

    private PendingQuestion? Begin(DnsKey question)
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return null;
            }

            ushort id;
            do
            {
                // Less than a hundredth of them are in use, so the first is nearly always free.
                id = NextId();
            }
            while (_pending.ContainsKey(id));
            PendingQuestion pending = new(this, id, question);
            _pending.Add(id, pending);
            _asked++;
            return pending;
        }
    }

    // Under the lock. RFC 5452 §9.2: ids are not to be guessed. The generator is asked for many at once, a call of it costs as much as a datagram.
    private ushort NextId()
    {
        if (_idsLeft == 0)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_ids.AsSpan()));
            _idsLeft = IdsAtOnce;
        }

        return _ids[--_idsLeft];
    }

    private bool Remove(PendingQuestion pending)
    {
        bool removed;
        bool isLast;
        lock (_lock)
        {
            removed = _pending.TryGetValue(pending.Id, out PendingQuestion? current) && ReferenceEquals(current, pending) && _pending.Remove(pending.Id);
            isLast = TryClose();
        }

        if (isLast)
        {
            _socket.Dispose();
        }

        return removed;
    }

    // Under the lock. Whether the caller has to close the socket.
    private bool TryClose()
    {
        if (!_isRetired || _isClosed || _pending.Count > 0)
        {
            return false;
        }

        return _isClosed = true;
    }

    private void FailAll(ReplyFailure failure)
    {
        PendingQuestion[] all;
        lock (_lock)
        {
            all = [.. _pending.Values];
        }

        foreach (PendingQuestion pending in all)
        {
            Drop(pending, failure);
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[DatagramBytesMax];
        while (true)
        {
            int length;
            try
            {
                length = await _socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
            }
            catch (SocketException) when (!Volatile.Read(ref _isClosed))
            {
                // An ICMP error: nobody listens there. Each datagram sent brings at most one.
                FailAll(ReplyFailure.Network);
                continue;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            Take(buffer.AsSpan(0, length));
        }
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        PendingQuestion? pending = null;
        if (WireHeader.TryRead(message, out WireHeader header))
        {
            lock (_lock)
            {
                _pending.TryGetValue(header.Id, out pending);
            }
        }

        if (pending is null || !WireMessage.IsReplyTo(message, pending.Id, pending.Question))
        {
            pending?.SeeGarbage();
            _metrics.Stray.Add();
            return;
        }

        if (Remove(pending))
        {
            pending.End(new ServerReply(ReplyFailure.None, message.ToArray()));
        }
    }
}
