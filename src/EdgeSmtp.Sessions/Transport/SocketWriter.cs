using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>
/// What goes to a client: collected in rented memory, sent by whoever flushes. A flush is done when the system has taken everything; a client that does not read holds it up.
/// A connection that broke completes it instead of throwing, as with every <see cref="PipeWriter"/>.
/// </summary>
/// <param name="connection">The connection.</param>
internal sealed class SocketWriter(EpollConnection connection) : PipeWriter
{
    private const int SizeMin = 1024;

    private readonly ReadySignal _writable = new();
    private byte[] _buffer = [];
    private int _written;
    private int _sent;
    private bool _isWatched;
    private bool _isCompleted;
    private volatile bool _isBroken;
    private volatile bool _isCanceled;

    /// <inheritdoc />
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc />
    public override long UnflushedBytes => _written - _sent;

    /// <summary>There may be room to send.</summary>
    public void Ready() => _writable.Set();

    /// <summary>Nothing can be sent any more.</summary>
    public void Break()
    {
        _isBroken = true;
        _writable.Set();
    }

    /// <inheritdoc />
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _written), nameof(bytes));
        _written += bytes;
    }

    /// <inheritdoc />
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_written);
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_written);
    }

    /// <inheritdoc />
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TrySend() ? new ValueTask<FlushResult>(Result()) : AwaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void CancelPendingFlush()
    {
        _isCanceled = true;
        _writable.Set();
    }

    /// <summary>Sends what the system takes at once, and ends our direction.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (!_isCompleted)
        {
            _isCompleted = true;
            TrySend();
            Release();
            connection.EndSending();
        }
    }

    /// <summary>Gives the memory back; the connection is closed.</summary>
    public void Close()
    {
        _isCompleted = true;
        Release();
    }

    private FlushResult Result() => new(isCanceled: false, isCompleted: _isBroken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> AwaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static signal => ((ReadySignal)signal!).Set(), _writable);
        if (!_isWatched)
        {
            _isWatched = true;
            connection.WatchWrites();
        }

        while (true)
        {
            await _writable.WaitAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (_isCanceled)
            {
                _isCanceled = false;
                return new FlushResult(isCanceled: true, isCompleted: _isBroken);
            }

            if (TrySend())
            {
                return Result();
            }
        }
    }

    /// <summary>Sends as much as the system takes.</summary>
    /// <returns>Whether nothing is left, or can be sent no more.</returns>
    private bool TrySend()
    {
        while (_sent < _written && !_isBroken)
        {
            int count = NativeSockets.Send(connection.Socket, _buffer.AsSpan(_sent, _written - _sent));
            if (count >= 0)
            {
                _sent += count;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case NativeSockets.Again:
                    return false;
                case NativeSockets.Interrupted:
                    break;
                default:
                    _isBroken = true;
                    break;
            }
        }

        Release();
        return true;
    }

    private void Reserve(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_isCompleted, this);
        if (_buffer.Length - _written >= Math.Max(sizeHint, 1))
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(SizeMin, _written - _sent + Math.Max(sizeHint, _buffer.Length)));
        _buffer.AsSpan(_sent, _written - _sent).CopyTo(larger);
        _written -= _sent;
        _sent = 0;
        Return();
        _buffer = larger;
    }

    private void Release()
    {
        _written = _sent = 0;
        Return();
        _buffer = [];
    }

    private void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
