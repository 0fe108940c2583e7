using System.Buffers;
using EdgeSmtp.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Staging as simple as can be, which knows what was not given back.</summary>
internal sealed class MemoryStaging(long bytesMax = 1L << 30) : IStagingArea
{
    private int _live;
    private int _tarried;

    public ByteBudget Budget { get; } = new(bytesMax);

    /// <summary>Messages neither disposed nor taken by the store.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>How often it was said that a commit is not near.</summary>
    public int Tarried => Volatile.Read(ref _tarried);

    public StagedMessage? TryBegin(long declaredBytes)
    {
        if (!Budget.TryTake(declaredBytes))
        {
            return null;
        }

        Interlocked.Increment(ref _live);
        return new Message(this, declaredBytes);
    }

    private sealed class Message(MemoryStaging area, long reserved) : StagedMessage
    {
        private readonly MemoryStream _content = new();
        private byte[] _trace = [];
        private byte[]? _sealed;
        private long _reserved = reserved;
        private bool _isDisposed;

        public override long Length => _trace.Length + _content.Length;

        public override int TraceLength => _trace.Length;

        public override ReadOnlySequence<byte> Bytes => new(_sealed ?? throw new InvalidOperationException("Not sealed."));

        public override void SetTrace(ReadOnlySpan<byte> trace) => _trace = trace.ToArray();

        public override bool TryAppend(ReadOnlySpan<byte> content)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            long more = _content.Length + content.Length - _reserved;
            if (more > 0)
            {
                if (!area.Budget.TryTake(more))
                {
                    return false;
                }

                _reserved += more;
            }

            _content.Write(content);
            return true;
        }

        public override void Tarry() => Interlocked.Increment(ref area._tarried);

        public override void Seal() => _sealed = [.. _trace, .. _content.ToArray()];

        public override Stream OpenStream() => new MemoryStream(_sealed!, writable: false);

        public override SafeFileHandle OpenDescriptor() => throw new NotSupportedException();

        public override ValueTask<string> GetPathAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            // Whoever still reads it sees it at once.
            _sealed?.AsSpan().Fill((byte)'X');
            area.Budget.Release(_reserved);
            Interlocked.Decrement(ref area._live);
        }
    }
}
