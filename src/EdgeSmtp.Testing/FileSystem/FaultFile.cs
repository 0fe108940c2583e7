using System.Buffers;
using EdgeSmtp.Queue.FileSystem;

namespace EdgeSmtp.Testing.FileSystem;

/// <summary>An open file of a <see cref="FaultFileSystem"/>.</summary>
/// <param name="owner">The machine.</param>
/// <param name="path">The path it was opened by.</param>
/// <param name="inode">The content.</param>
internal sealed class FaultFile(FaultFileSystem owner, string path, FaultInode inode) : IQueueFile
{
    /// <inheritdoc />
    public long Length => owner.Look(() => inode.Length);

    /// <inheritdoc />
    public int Read(long offset, Span<byte> buffer) => owner.Read(path, inode, (int)offset, buffer);

    /// <inheritdoc />
    public void Write(long offset, ReadOnlySpan<byte> data) => owner.Write(path, inode, (int)offset, data);

    /// <inheritdoc />
    public void DataSync() => owner.Sync(path, inode);

    /// <inheritdoc />
    public MemoryManager<byte> Map(int length)
    {
        byte[] copy = new byte[length];
        _ = Read(0, copy);
        return new ArrayMemory(copy);
    }

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class ArrayMemory(byte[] array) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => array;

        public override MemoryHandle Pin(int elementIndex = 0) => array.AsMemory(elementIndex).Pin();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
