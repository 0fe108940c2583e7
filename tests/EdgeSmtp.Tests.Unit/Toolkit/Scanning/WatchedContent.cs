using System.Buffers;
using EdgeSmtp.Abstractions.Content;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Tests.Unit.Toolkit.Scanning;

/// <summary>A message in blocks that tell when they are read.</summary>
internal sealed class WatchedContent : IMessageContent
{
    private int _reads;

    public WatchedContent(int blocks, int blockBytes)
    {
        Segment first = new(new Watched(this, new byte[blockBytes]).Memory, null);
        Segment last = first;
        for (int i = 1; i < blocks; i++)
        {
            last = new Segment(new Watched(this, new byte[blockBytes]).Memory, last);
        }

        Bytes = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    public int Reads => Volatile.Read(ref _reads);

    public Action OnRead { get; set; } = static () => { };

    public long Length => Bytes.Length;

    public int TraceLength => 0;

    public ReadOnlySequence<byte> Bytes { get; }

    public Stream OpenStream() => throw new NotSupportedException();

    public SafeFileHandle OpenDescriptor() => throw new NotSupportedException();

    public ValueTask<string> GetPathAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Watched(WatchedContent content, byte[] bytes) : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(bytes.Length);

        public override Span<byte> GetSpan()
        {
            Interlocked.Increment(ref content._reads);
            content.OnRead();
            return bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
