using System.Buffers;
using EdgeSmtp.Queue.FileSystem;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Queue.Staging;

/// <summary>A memfd: written by its owner, then sealed, then opened by others read-only.</summary>
internal sealed unsafe class MemoryFile : IDisposable
{
    private readonly SafeFileHandle _handle = NativeMethods.CreateMemory("edgesmtp-message");

    /// <summary>Writes.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="data">What.</param>
    public void Write(long offset, ReadOnlySpan<byte> data) => NativeMethods.WriteAll(_handle, offset, data);

    /// <summary>Moves content that was written with a gap of one size in front so that it has another; done in place, because a second copy of a large body may not fit.</summary>
    /// <param name="from">Where it lies.</param>
    /// <param name="to">Where it shall lie.</param>
    /// <param name="length">Its bytes.</param>
    public void Shift(int from, int to, long length)
    {
        if (from == to || length == 0)
        {
            return;
        }

        long end = Math.Max(from, to) + length;
        NativeMethods.Check(NativeMethods.Truncate(_handle, end), "ftruncate", "memfd");
        byte* start = NativeMethods.Map(0, (nint)end, NativeMethods.ProtectRead | NativeMethods.ProtectWrite, NativeMethods.MapShared, _handle, 0);
        if (start == (byte*)-1)
        {
            throw NativeMethods.Failure("mmap", "memfd");
        }

        Buffer.MemoryCopy(start + from, start + to, length, length);
        NativeMethods.Check(NativeMethods.Unmap(start, (nint)end), "munmap", "memfd");
    }

    /// <summary>Fixes length and content for ever.</summary>
    /// <param name="length">Bytes.</param>
    public void Seal(long length)
    {
        NativeMethods.Check(NativeMethods.Truncate(_handle, length), "ftruncate", "memfd");
        NativeMethods.Seal(_handle);
    }

    /// <summary>Maps the sealed content.</summary>
    /// <param name="length">Its bytes; above 0.</param>
    public MemoryManager<byte> Map(int length) => new MappedMemory(_handle, length);

    /// <summary>A new open file description, read-only and at offset 0: a passed descriptor of ours would share its offset with every other holder, and be writable.</summary>
    public SafeFileHandle Reopen()
    {
        bool held = false;
        try
        {
            _handle.DangerousAddRef(ref held);
            return NativeMethods.OpenFile($"/proc/self/fd/{_handle.DangerousGetHandle()}", NativeMethods.ReadOnly);
        }
        finally
        {
            if (held)
            {
                _handle.DangerousRelease();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();
}
