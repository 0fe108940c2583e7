using System.Buffers;

namespace EdgeSmtp.Client.Net;

/// <summary>Bytes gathered for one write. Rented while in use, so that an idle connection holds none.</summary>
internal sealed class OutputBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 8 * 1024;

    private byte[] _buffer = [];

    /// <summary>Bytes gathered.</summary>
    public int Length { get; private set; }

    /// <summary>What was gathered.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <inheritdoc />
    public void Advance(int count) => Length += count;

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    /// <summary>Forgets what was written and keeps the room.</summary>
    public void Clear() => Length = 0;

    /// <summary>Gives the room back.</summary>
    public void Dispose()
    {
        byte[] old = _buffer;
        _buffer = [];
        Length = 0;
        if (old.Length > 0) ArrayPool<byte>.Shared.Return(old);
    }

    private void Reserve(int sizeHint)
    {
        int needed = Length + Math.Max(sizeHint, 1);
        if (needed <= _buffer.Length) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(FirstBytes, _buffer.Length * 2)));
        Written.Span.CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
