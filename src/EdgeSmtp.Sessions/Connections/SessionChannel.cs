using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Core.Tls;
using EdgeSmtp.Sessions.Mail;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>
/// The bytes of one session, and its deadlines. One reader uses it, and one writer, which may be another task. A FIN of the client ends reading only.
/// Exceptions of broken connections leave here with <see cref="IsBroken"/> set, so that they are not taken for faults of ours.
/// </summary>
internal sealed class SessionChannel : HeartbeatEntry, IAsyncDisposable
{
    private readonly ConnectionContext _connection;
    private readonly Heartbeat _heartbeat;
    private readonly InboundSession _session;
    private readonly TimeSpan _writeTimeout;
    private readonly long _sessionDeadline;
    private volatile IDuplexPipe _transport;
    private TlsConnection? _ownTls;
    private ReadOnlySequence<byte> _buffer;
    private bool _holdsResult;
    private volatile bool _isUpgrading;
    private long _readDeadline = long.MaxValue;
    private long _writeDeadline = long.MaxValue;

    public SessionChannel(ConnectionContext connection, InboundSession session, Heartbeat heartbeat, TimeSpan sessionTimeMax, TimeSpan writeTimeout)
    {
        _connection = connection;
        _session = session;
        _heartbeat = heartbeat;
        _transport = connection.Transport;
        _writeTimeout = writeTimeout;
        _sessionDeadline = heartbeat.After(sessionTimeMax);
        Watch = new ClientWatch(this, session);
        Deadline = _sessionDeadline;
        heartbeat.Add(this);
    }

    /// <summary>What has been read and not consumed. Memory in it is valid until the next <see cref="ReadAsync"/>.</summary>
    public ReadOnlySequence<byte> Buffer => _buffer;

    /// <summary>Whether the client closed its half, so that nothing follows <see cref="Buffer"/>.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether the connection broke: an exception that passes by is the client's doing.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether it broke because the client did not read.</summary>
    public bool IsWriteTimedOut { get; private set; }

    /// <summary>Bytes written and not flushed.</summary>
    public int UnflushedBytes { get; private set; }

    /// <summary>Notices a client that leaves while filters work.</summary>
    public ClientWatch Watch { get; }

    /// <summary>Takes bytes from the front of <see cref="Buffer"/>.</summary>
    public void Consume(long count) => _buffer = _buffer.Slice(count);

    /// <summary>Waits for bytes behind <see cref="Buffer"/>.</summary>
    /// <param name="timeout">How long the client may take.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOutcome> ReadAsync(TimeSpan timeout)
    {
        long before = _buffer.Length;
        Release();
        if (IsEnded)
        {
            return ReadOutcome.Ended;
        }

        SetReadDeadline(_heartbeat.After(timeout));
        ReadResult result;
        try
        {
            result = await _transport.Input.ReadAsync();
        }
        catch
        {
            // Nothing but the connection, or the TLS on it, throws here.
            IsBroken = true;
            throw;
        }

        long due = _readDeadline;
        SetReadDeadline(long.MaxValue);
        _buffer = result.Buffer;
        _holdsResult = true;
        if (result.IsCanceled)
        {
            long now = _heartbeat.Now;
            return now >= _sessionDeadline ? ReadOutcome.SessionTimedOut : now >= due ? ReadOutcome.TimedOut : ReadOutcome.Woken;
        }

        IsEnded = result.IsCompleted;
        return _buffer.Length > before ? ReadOutcome.Data : ReadOutcome.Ended;
    }

    /// <summary>Looks, without waiting, whether bytes came that <see cref="Buffer"/> does not hold yet, and adds them.</summary>
    public bool TryReadMore()
    {
        long before = _buffer.Length;
        Release();
        ReadResult result;
        try
        {
            if (!_transport.Input.TryRead(out result))
            {
                return false;
            }
        }
        catch
        {
            // A connection that was reset says so here too.
            IsBroken = true;
            throw;
        }

        _buffer = result.Buffer;
        _holdsResult = true;
        IsEnded |= result.IsCompleted;
        return _buffer.Length > before;
    }

    /// <summary>Waits, for the watch, until there is something new behind <see cref="Buffer"/> or the read was woken, and consumes nothing. Never throws.</summary>
    /// <returns>Whether more may come; if not, see <see cref="IsEnded"/> and <see cref="IsBroken"/>.</returns>
    public async ValueTask<bool> ExamineAsync()
    {
        if (IsEnded)
        {
            // Nothing more comes, and what is in the buffer is still to be run: given back, it would be lost.
            return false;
        }

        Release();
        try
        {
            ReadResult result = await _transport.Input.ReadAsync();
            _buffer = result.Buffer;
            _holdsResult = true;
            IsEnded = result.IsCompleted;
            return !IsEnded;
        }
        catch
        {
            // Nothing but the connection, or the TLS on it, throws here. The session's own next read hears of it too.
            IsBroken = true;
            return false;
        }
    }

    /// <summary>A time from now, in the heartbeat's milliseconds.</summary>
    public long After(TimeSpan time) => _heartbeat.After(time);

    /// <summary>Ends a <see cref="ReadAsync"/> that waits, or the next one, with <see cref="ReadOutcome.Woken"/>. From any thread.</summary>
    public void Wake()
    {
        // A handshake reads by itself, has a deadline of its own, and would take this for it. Who reads next looks first at what there was to be woken for.
        if (!_isUpgrading)
        {
            _transport.Input.CancelPendingRead();
        }
    }

    /// <summary>Adds to what the next flush sends.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_transport.Output.GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Room to write into; to be followed by <see cref="Advance"/>.</summary>
    public Span<byte> GetSpan(int sizeHint) => _transport.Output.GetSpan(sizeHint);

    /// <summary>Counts bytes written into <see cref="GetSpan"/>.</summary>
    public void Advance(int count)
    {
        _transport.Output.Advance(count);
        UnflushedBytes += count;
    }

    /// <summary>Sends what was written.</summary>
    public ValueTask FlushAsync()
    {
        if (UnflushedBytes == 0)
        {
            return default;
        }

        UnflushedBytes = 0;
        ValueTask<FlushResult> flush = _transport.Output.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            return AwaitFlushAsync(flush);
        }

        Judge(flush.Result);
        return default;
    }

    /// <summary>Goes under TLS. Nothing may be in <see cref="Buffer"/>.</summary>
    /// <returns>Whether the handshake succeeded; if not, the connection can only be closed.</returns>
    public async ValueTask<bool> UpgradeAsync(TlsUpgrader upgrader, string certificate, TimeSpan timeout)
    {
        Release();
        _isUpgrading = true;
        try
        {
            TlsConnection? tls = await upgrader.UpgradeAsync(_transport, certificate, timeout, CancellationToken.None);
            if (tls is null)
            {
                return false;
            }

            _ownTls = tls;
            _transport = tls;
            _session.EnterTls(tls.Info);
            return true;
        }
        finally
        {
            _isUpgrading = false;
        }
    }

    /// <summary>Sends what was written and closes so that it arrives.</summary>
    public async ValueTask LingerAsync(TimeSpan timeMax, long bytesMax, TimeProvider time)
    {
        await FlushAsync();
        Release();
        if (!IsEnded)
        {
            if (_transport is TlsConnection tls)
            {
                // RFC 8446 §6.1: the end of our half is said under TLS before the transport says it.
                await tls.ShutdownAsync();
            }

            await LingeringClose.RunAsync(_connection, _transport, timeMax, bytesMax, time);
        }
    }

    /// <summary>Something with a deadline has changed.</summary>
    public void UpdateDeadline() =>
        Deadline = Math.Min(Math.Min(_sessionDeadline, Watch.Due), Math.Min(Volatile.Read(ref _readDeadline), Volatile.Read(ref _writeDeadline)));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _heartbeat.Remove(this);
        Release();
        if (_ownTls is not null)
        {
            if (!IsBroken)
            {
                await _ownTls.ShutdownAsync();
            }

            await _ownTls.DisposeAsync();
        }
    }

    /// <inheritdoc />
    protected override void OnDue(long now)
    {
        if (now >= Watch.Due)
        {
            Watch.Start();
        }

        if (now >= Volatile.Read(ref _writeDeadline))
        {
            // Whoever does not read will not read a farewell either.
            IsWriteTimedOut = true;
            _connection.Abort(new ConnectionAbortedException("The client does not read."));
        }

        if (now >= _sessionDeadline)
        {
            _session.Abort();
            Wake();
        }
        else if (now >= Volatile.Read(ref _readDeadline))
        {
            Wake();
        }
    }

    /// <inheritdoc />
    protected override void OnWake() => Wake();

    private async ValueTask AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        Volatile.Write(ref _writeDeadline, _heartbeat.After(_writeTimeout));
        UpdateDeadline();
        try
        {
            Judge(await flush);
        }
        catch
        {
            IsBroken = true;
            throw;
        }
        finally
        {
            Volatile.Write(ref _writeDeadline, long.MaxValue);
            UpdateDeadline();
        }
    }

    private void Judge(FlushResult result)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            IsBroken = true;
            throw new ConnectionResetException("The client has closed the connection.");
        }
    }

    /// <summary>Gives the pipe back what was read. What is left in the buffer has been looked at: the next read waits for more.</summary>
    private void Release()
    {
        if (_holdsResult)
        {
            _holdsResult = false;
            _transport.Input.AdvanceTo(_buffer.Start, _buffer.End);
        }

        _buffer = default;
    }

    private void SetReadDeadline(long deadline)
    {
        Volatile.Write(ref _readDeadline, deadline);
        UpdateDeadline();
    }
}
