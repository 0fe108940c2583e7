using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Queue.FileSystem;

/// <summary>One file of the disk.</summary>
/// <param name="handle">Owned.</param>
internal sealed class LinuxFile(SafeFileHandle handle) : IQueueFile
{
    /// <inheritdoc />
    public long Length => RandomAccess.GetLength(handle);

    /// <inheritdoc />
    public int Read(long offset, Span<byte> buffer) => NativeMethods.ReadAll(handle, offset, buffer);

    /// <inheritdoc />
    public void Write(long offset, ReadOnlySpan<byte> data) => NativeMethods.WriteAll(handle, offset, data);

    /// <inheritdoc />
    public void DataSync() => NativeMethods.Check(NativeMethods.DataSync(handle), "fdatasync", string.Empty);

    /// <inheritdoc />
    public MemoryManager<byte> Map(int length) => new MappedMemory(handle, length);

    /// <inheritdoc />
    public void Dispose() => handle.Dispose();
}
