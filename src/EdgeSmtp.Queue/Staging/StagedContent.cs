using System.Buffers;
using EdgeSmtp.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Queue.Staging;

/// <summary>
/// A message in memory. Small ones lie in pooled blocks, trace and body in a chain each; above the threshold the body moves to a memfd. The object itself is not pooled:
/// a second Dispose by a careless owner must not hit another session's message.
/// </summary>
internal sealed class StagedContent : StagedMessage
{
    private readonly StagingArea _area;
    private readonly Lock _copies = new();
    private BlockChain _trace;
    private BlockChain _body;
    private MemoryFile? _file;
    private MemoryManager<byte>? _mapping;
    private ReadOnlySequence<byte> _bytes;
    private MemoryFile? _copy;
    private string? _path;
    private long _bodyLength;
    private long _charged;
    private long _promised;
    private long _traceCharged;
    private long _copiesCharged;
    private int _gap;
    private bool _sealed;
    private int _counted;
    private bool _lost;
    private bool _disposed;

    /// <summary>Creates an empty message.</summary>
    /// <param name="area">Where blocks and budget come from.</param>
    /// <param name="reserved">Bytes already taken from the budget.</param>
    /// <param name="promised">How many of them are counted among the promises of the area.</param>
    public StagedContent(StagingArea area, long reserved, long promised)
    {
        _area = area;
        _charged = reserved;
        _promised = promised;
    }

    /// <inheritdoc />
    public override long Length => _trace.Length + _bodyLength;

    /// <inheritdoc />
    public override int TraceLength => (int)_trace.Length;

    /// <summary>Bytes of the budget that the content holds.</summary>
    public long ChargedBytes => _charged + _traceCharged;

    /// <summary>Whether the body moved to a memfd.</summary>
    public bool IsSpilled => _file is not null;

    /// <inheritdoc />
    public override ReadOnlySequence<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _sealed ? _bytes : throw new InvalidOperationException("The message is not sealed yet.");
        }
    }

    /// <inheritdoc />
    public override void SetTrace(ReadOnlySpan<byte> trace)
    {
        ThrowIfClosed();
        EnterGate();
        _trace.Clear(_area.Pool);
        while (!trace.IsEmpty)
        {
            if (_trace.Room == 0)
            {
                _trace.Add(_area.Pool.Rent(BlockPool.NextSize(_trace.Capacity)));
            }

            trace = trace[_trace.Fill(trace)..];
        }

        // Our own fields are bounded by the limits on names and addresses: they are charged when that is possible, and never refused.
        if (_trace.Capacity > _traceCharged && _area.TryTake(_trace.Capacity - _traceCharged))
        {
            _traceCharged = _trace.Capacity;
        }
    }

    /// <inheritdoc />
    public override bool TryAppend(ReadOnlySpan<byte> content)
    {
        ThrowIfClosed();
        if (_lost)
        {
            return false;
        }

        EnterGate();
        while (!content.IsEmpty)
        {
            if (_body.Room == 0 && !TryMakeRoom())
            {
                GiveUp();
                return false;
            }

            int count = _body.Fill(content);
            _bodyLength += count;
            content = content[count..];
        }

        return true;
    }

    /// <inheritdoc />
    public override void Seal()
    {
        ThrowIfClosed();
        if (_lost)
        {
            throw new InvalidOperationException("The message did not fit the budget.");
        }

        if (_file is { } file)
        {
            FlushBlocks(file);
            file.Shift(_gap, (int)_trace.Length, _bodyLength);
            long offset = 0;
            for (Block? block = _trace.First; block is not null; offset += block.Used, block = block.Following)
            {
                file.Write(offset, block.Buffer.AsSpan(0, block.Used));
            }

            file.Seal(Length);
            _mapping = file.Map((int)Length);
            _bytes = new ReadOnlySequence<byte>(_mapping.Memory);
        }
        else
        {
            _bytes = BlockChain.Join(_trace, _body);
        }

        _sealed = true;
        Settle(ChargeOf(0));
    }

    /// <inheritdoc />
    public override void Tarry() => LeaveGate();

    /// <inheritdoc />
    public override Stream OpenStream() => new SequenceStream(Bytes);

    /// <inheritdoc />
    public override SafeFileHandle OpenDescriptor()
    {
        ReadOnlySequence<byte> bytes = Bytes;
        lock (_copies)
        {
            if (_file is null && _copy is null)
            {
                ChargeCopy();
                MemoryFile copy = new();
                long offset = 0;
                foreach (ReadOnlyMemory<byte> part in bytes)
                {
                    copy.Write(offset, part.Span);
                    offset += part.Length;
                }

                copy.Seal(offset);
                _copy = copy;
            }

            return (_file ?? _copy)!.Reopen();
        }
    }

    /// <inheritdoc />
    public override ValueTask<string> GetPathAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlySequence<byte> bytes = Bytes;
        lock (_copies)
        {
            if (_path is null)
            {
                ChargeCopy();
                _path = _area.Files.Write(bytes);
            }

            return new ValueTask<string>(_path);
        }
    }

    /// <summary>The message was offered to the committer, is lost, or takes its time: nobody needs to wait for it.</summary>
    public void LeaveGate()
    {
        // The session and the committer may both get here.
        if (Interlocked.CompareExchange(ref _counted, 2, 1) == 1)
        {
            _area.Gate.Leave();
        }
    }

    /// <summary>Drops what only scanners needed: the transaction has ended, the content lives on until it is delivered.</summary>
    public void DropCopies()
    {
        lock (_copies)
        {
            _copy?.Dispose();
            _copy = null;
            if (_path is { } path)
            {
                _path = null;
                ScannerFolder.Remove(path);
            }

            _area.Budget.Release(_copiesCharged);
            _copiesCharged = 0;
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        LeaveGate();
        DropCopies();
        GiveUp();
    }

    /// <summary>From the trace fields on, which are written just before the client is told to send, the content is worth a moment's wait of others.</summary>
    private void EnterGate()
    {
        if (_counted == 0)
        {
            _counted = 1;
            _area.Gate.Enter();
        }
    }

    private void ThrowIfClosed()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sealed)
        {
            throw new InvalidOperationException("The message is sealed.");
        }
    }

    private bool TryMakeRoom()
    {
        try
        {
            if (_file is null && _bodyLength >= _area.SpillBytes)
            {
                _file = new MemoryFile();
                _gap = (int)_trace.Length;
            }

            if (_file is { } file)
            {
                FlushBlocks(file);
            }
        }
        catch (IOException)
        {
            // Out of descriptors or memory: to the client the same as a budget that is used up.
            return false;
        }

        int size = BlockPool.NextSize(_file is null ? _body.Capacity : BlockPool.LargeBytes);
        long needed = ChargeOf(size);
        if (_bodyLength + size > int.MaxValue || !TryCharge(needed))
        {
            return false;
        }

        Redeem(_charged - needed);
        _body.Add(_area.Pool.Rent(size));
        return true;
    }

    /// <summary>What the body costs with so many more bytes.</summary>
    private long ChargeOf(int more) => (_file is null ? _body.Capacity : StagingArea.RoundUp(_bodyLength)) + more;

    private bool TryCharge(long needed)
    {
        if (needed > _charged)
        {
            if (!_area.TryTake(needed - _charged))
            {
                return false;
            }

            _charged = needed;
        }

        return true;
    }

    /// <summary>All has come: what was declared beyond it is free again.</summary>
    private void Settle(long needed)
    {
        Redeem(0);
        if (needed < _charged)
        {
            _area.Budget.Release(_charged - needed);
            _charged = needed;
        }
    }

    /// <summary>What has come is no promise any more.</summary>
    private void Redeem(long left)
    {
        if (left < _promised)
        {
            _area.Promises.Release(_promised - left);
            _promised = left;
        }
    }

    private void ChargeCopy()
    {
        long bytes = StagingArea.RoundUp(Math.Max(Length, 1));
        if (!_area.TryTake(bytes))
        {
            throw new IOException("The staging budget has no room for a copy of the message.", FileSystem.DiskErrors.NoSpace);
        }

        _copiesCharged += bytes;
    }

    private void FlushBlocks(MemoryFile file)
    {
        long offset = _gap + _bodyLength - _body.Length;
        for (Block? block = _body.First; block is not null; offset += block.Used, block = block.Following)
        {
            file.Write(offset, block.Buffer.AsSpan(0, block.Used));
        }

        _body.Clear(_area.Pool);
    }

    /// <summary>Frees everything; what still comes is drained by the session.</summary>
    private void GiveUp()
    {
        _lost = true;
        LeaveGate();
        _bytes = default;
        (_mapping as IDisposable)?.Dispose();
        _mapping = null;
        _file?.Dispose();
        _file = null;
        _trace.Clear(_area.Pool);
        _body.Clear(_area.Pool);
        Redeem(0);
        _area.Budget.Release(_charged + _traceCharged);
        _charged = 0;
        _traceCharged = 0;
    }
}
