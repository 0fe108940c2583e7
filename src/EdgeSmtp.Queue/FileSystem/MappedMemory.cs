using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Queue.FileSystem;

/// <summary>A file mapped into memory for reading. Disposing gives the memory back; spans taken before read zeros for some minutes, and are then invalid.</summary>
internal sealed unsafe class MappedMemory : MemoryManager<byte>
{
    private readonly int _length;
    private byte* _start;

    /// <summary>Maps the first bytes. Private, because a memfd sealed against writing refuses shared mappings before Linux 6.7; pages that nobody writes are shared all the same.</summary>
    /// <param name="file">An open file; may be closed afterwards.</param>
    /// <param name="length">Bytes; above 0.</param>
    public MappedMemory(SafeFileHandle file, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _length = length;
        _start = NativeMethods.Map(0, length, NativeMethods.ProtectRead, NativeMethods.MapPrivate, file, 0);
        if (_start == (byte*)-1)
        {
            _start = null;
            throw NativeMethods.Failure("mmap", string.Empty);
        }
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        return new Span<byte>(_start, _length);
    }

    /// <inheritdoc />
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    /// <inheritdoc />
    public override void Unpin()
    {
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (_start != null)
        {
            byte* start = _start;
            _start = null;
            RetiredRanges.Add(start, _length);
        }
    }
}
