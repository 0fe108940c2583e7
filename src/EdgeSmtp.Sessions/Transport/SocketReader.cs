using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>
/// What a client sends, received by whoever reads and into memory that is rented when there is something: a session that waits holds none, and nothing is read ahead of one
/// that works. Examined bytes that are not consumed stay, and the next read waits for more behind them, as with every <see cref="PipeReader"/>.
/// </summary>
/// <param name="socket">The socket.</param>
/// <param name="ready">Is signalled when there may be something to receive.</param>
internal sealed class SocketReader(SocketDescriptor socket, ReadySignal ready) : PipeReader
{
    /// <summary>Enough for commands, which come one at a time or as a pipelined group.</summary>
    private const int SmallBytes = 4 * 1024;

    /// <summary>For content: a receive that brings much gets more room next time.</summary>
    private const int LargeBytes = 64 * 1024;

    /// <summary>With less room at the end of a piece, a new one is taken.</summary>
    private const int RoomMin = 512;

    private readonly ReceiveSegment _spare = new();
    private ReceiveSegment? _first;
    private ReceiveSegment? _last;
    private int _consumed;
    private long _examined;
    private long _received;
    private int _nextSize = SmallBytes;
    private bool _isEnded;
    private volatile bool _isHungUp;
    private volatile bool _isCanceled;
    private volatile Exception? _error;

    /// <summary>The peer has ended its direction, or both have ended: after what is there, the end can be received, and no further signal comes.</summary>
    public void HangUp()
    {
        _isHungUp = true;
        ready.Set();
    }

    /// <summary>Every read fails from here on.</summary>
    /// <param name="error">With this.</param>
    public void Fail(Exception error)
    {
        _error ??= error;
        ready.Set();
    }

    /// <inheritdoc />
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TryTake(out ReadResult result) ? new ValueTask<ReadResult>(result) : ReceiveAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result) => TryTake(out result) || (ready.TryTake() && TryReceive() && TryTake(out result));

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_first is null)
        {
            return;
        }

        ReceiveSegment seen = (ReceiveSegment)examined.GetObject()!;
        _examined = Math.Max(_examined, seen.RunningIndex + examined.GetInteger());
        ReceiveSegment to = (ReceiveSegment)consumed.GetObject()!;
        while (_first != to)
        {
            DropFirst();
        }

        _consumed = consumed.GetInteger();
        if (_consumed == _first.Filled)
        {
            // Nothing is kept for a session that waits, and no sequence begins with an empty piece.
            DropFirst();
            _consumed = 0;
        }
    }

    /// <inheritdoc />
    public override void CancelPendingRead()
    {
        _isCanceled = true;
        ready.Set();
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        _isEnded = true;
        Clear();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static signal => ((ReadySignal)signal!).Set(), ready);
        while (true)
        {
            await ready.WaitAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(out ReadResult result) || (TryReceive() && TryTake(out result)))
            {
                return result;
            }
        }
    }

    /// <summary>Takes what needs no receiving: a wake, a failure, the end, or bytes that nobody has examined.</summary>
    private bool TryTake(out ReadResult result)
    {
        if (_isCanceled)
        {
            _isCanceled = false;
            result = new ReadResult(Bytes, isCanceled: true, isCompleted: _isEnded);
            return true;
        }

        if (_error is { } error)
        {
            throw error is ConnectionAbortedException ? new ConnectionAbortedException(error.Message) : new ConnectionResetException(error.Message, error);
        }

        if (_isEnded || _received > _examined)
        {
            result = new ReadResult(Bytes, isCanceled: false, isCompleted: _isEnded);
            return true;
        }

        result = default;
        return false;
    }

    private ReadOnlySequence<byte> Bytes => _first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_first, _consumed, _last!, _last!.Filled);

    /// <summary>Receives once.</summary>
    /// <returns>Whether there is something to take.</returns>
    private bool TryReceive()
    {
        Span<byte> room = Room();
        int count = NativeSockets.Receive(socket, room);
        if (count > 0)
        {
            _last!.Fill(count);
            _received += count;
            _nextSize = count >= SmallBytes ? LargeBytes : SmallBytes;
            if (count == room.Length || _isHungUp)
            {
                // There may be more, and nobody would say so: an edge is told once.
                ready.Set();
            }

            return true;
        }

        int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
        DropEmpty();
        switch (error)
        {
            case 0:
                _isEnded = true;
                return true;
            case NativeSockets.Again:
                return false;
            case NativeSockets.Interrupted:
                ready.Set();
                return false;
            default:
                _error ??= new IOException($"The connection broke ({Marshal.GetPInvokeErrorMessage(error)}).");
                return true;
        }
    }

    private Span<byte> Room()
    {
        if (_last is { } last && last.Room.Length >= RoomMin)
        {
            return last.Room;
        }

        ReceiveSegment segment = _first is null ? _spare : new ReceiveSegment();
        segment.Rent(_nextSize);
        if (_last is null)
        {
            _first = segment;
        }
        else
        {
            _last.Append(segment);
        }

        _last = segment;
        return segment.Room;
    }

    /// <summary>Gives back the memory that was taken for a receive which brought nothing.</summary>
    private void DropEmpty()
    {
        if (_first is { Filled: 0 })
        {
            DropFirst();
        }
    }

    private void Clear()
    {
        while (_first is not null)
        {
            DropFirst();
        }
    }

    private void DropFirst()
    {
        ReceiveSegment gone = _first!;
        _first = gone.Following;
        gone.Return();
        if (_first is null)
        {
            _last = null;
            _consumed = 0;
            _examined = _received = 0;
        }
    }
}
