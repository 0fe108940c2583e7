using System.Buffers;

namespace EdgeSmtp.Queue.FileSystem;

/// <summary>One open file. Reads and writes name their offset, so one handle serves several threads.</summary>
public interface IQueueFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="buffer">Takes the bytes.</param>
    /// <returns>Bytes read.</returns>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all of it, or throws. Durable after <see cref="DataSync"/>.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="data">The bytes.</param>
    void Write(long offset, ReadOnlySpan<byte> data);

    /// <summary>fdatasync: everything written so far, and the length, survive a power cut. When it throws, nobody may call it again for what was written.</summary>
    void DataSync();

    /// <summary>Maps the beginning of the file for reading.</summary>
    /// <param name="length">Bytes; above 0 and not beyond the end.</param>
    MemoryManager<byte> Map(int length);
}
