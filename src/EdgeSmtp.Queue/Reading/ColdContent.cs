using System.Buffers;
using System.IO.Hashing;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Reading;

/// <summary>A message read back from disk and verified: inline content in rented memory, a large body as a mapping.</summary>
internal sealed class ColdContent : IDisposable
{
    private const int PieceSize = 64 << 10;
    private readonly StoredRecord _record;
    private readonly MemoryManager<byte>? _mapping;

    private ColdContent(StoredRecord record, MemoryManager<byte>? mapping)
    {
        _record = record;
        _mapping = mapping;
        Content = new ReadOnlySequence<byte>(mapping?.Memory ?? record.Content);
    }

    /// <summary>Header and body.</summary>
    public ReadOnlySequence<byte> Content { get; }

    /// <summary>Reads a message.</summary>
    /// <param name="segment">The segment with its record.</param>
    /// <param name="place">Where the record lies.</param>
    /// <param name="id">Its id.</param>
    /// <param name="files">The disk, for a body file.</param>
    /// <param name="paths">The queue directory.</param>
    /// <returns><c>null</c> when it is damaged, cannot be read, or lies elsewhere by now.</returns>
    /// <exception cref="IOException">Descriptors or memory are lacking.</exception>
    public static ColdContent? Read(IQueueFile segment, RecordPlace place, ulong id, IQueueFileSystem files, QueuePaths paths)
    {
        StoredRecord? record = null;
        try
        {
            record = StoredRecord.Read(segment, place, id);
            if (record is null)
            {
                return null;
            }

            if (!record.Header.External)
            {
                return new ColdContent(record, null);
            }

            if (Map(record, files, paths) is { } mapping)
            {
                return new ColdContent(record, mapping);
            }
        }
        catch (IOException error)
        {
            // Counted and reported by the caller as damage, unless it is none.
            if (DiskErrors.IsShortage(error))
            {
                record?.Dispose();
                throw;
            }
        }
        catch (ObjectDisposedException)
        {
            // The segment was deleted after the message had been copied elsewhere.
        }

        record?.Dispose();
        return null;
    }

    /// <summary>Parses the envelope.</summary>
    public Envelope ReadEnvelope() => _record.ReadEnvelope();

    /// <inheritdoc />
    public void Dispose()
    {
        (_mapping as IDisposable)?.Dispose();
        _record.Dispose();
    }

    /// <summary>Verifies with ordinary reads, so that a bad sector is an error here and not a signal later, and maps what is then in the page cache.</summary>
    private static MemoryManager<byte>? Map(StoredRecord record, IQueueFileSystem files, QueuePaths paths)
    {
        long length = record.Header.ContentLength;
        using IQueueFile file = files.Open(paths.Body(record.BodySlot), QueueFileAccess.Read);
        if (length is 0 or > int.MaxValue || file.Length < length)
        {
            return null;
        }

        XxHash3 hash = new();
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            for (long offset = 0; offset < length;)
            {
                int read = file.Read(offset, piece.AsSpan(0, (int)Math.Min(PieceSize, length - offset)));
                if (read == 0)
                {
                    return null;
                }

                hash.Append(piece.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return hash.GetCurrentHashAsUInt64() == record.Header.ContentHash ? file.Map((int)length) : null;
    }
}
