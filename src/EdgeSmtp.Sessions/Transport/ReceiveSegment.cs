using System.Buffers;

namespace EdgeSmtp.Sessions.Transport;

/// <summary>A rented piece of memory with received bytes, a link of what a reader holds.</summary>
internal sealed class ReceiveSegment : ReadOnlySequenceSegment<byte>
{
    private byte[] _buffer = [];

    /// <summary>Bytes received into it.</summary>
    public int Filled { get; private set; }

    /// <summary>Where more can be received.</summary>
    public Span<byte> Room => _buffer.AsSpan(Filled);

    /// <summary>The next piece.</summary>
    public ReceiveSegment? Following => (ReceiveSegment?)Next;

    /// <summary>Takes memory.</summary>
    /// <param name="size">Bytes.</param>
    public void Rent(int size)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(size);
        Memory = _buffer;
    }

    /// <summary>Gives the memory back; nobody may read it any more.</summary>
    public void Return()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Memory = default;
        Next = null;
        RunningIndex = 0;
        Filled = 0;
    }

    /// <summary>Counts received bytes.</summary>
    public void Fill(int count) => Filled += count;

    /// <summary>Puts a piece behind this one; nothing is received here any more.</summary>
    public void Append(ReceiveSegment next)
    {
        Memory = _buffer.AsMemory(0, Filled);
        next.RunningIndex = RunningIndex + Filled;
        Next = next;
    }
}
