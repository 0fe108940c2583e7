using System.Buffers.Binary;
using System.IO.Hashing;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.FileSystem;

namespace EdgeSmtp.Queue.Snapshots;

/// <summary>Fills the chunks of a snapshot file.</summary>
/// <param name="file">The file.</param>
internal sealed class ChunkWriter(IQueueFile file)
{
    /// <summary>Begins a segment item.</summary>
    public const byte SegmentTag = 1;

    /// <summary>Begins a message item.</summary>
    public const byte MessageTag = 2;

    private readonly byte[] _chunk = new byte[SnapshotHeader.ChunkSize];
    private int _used = sizeof(int);

    /// <summary>Chunks written.</summary>
    public long Chunks { get; private set; }

    /// <summary>Chained over the chunks written.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Adds an item; it does not cross the end of a chunk.</summary>
    /// <param name="tag">Its kind.</param>
    /// <param name="item">Its bytes; less than a chunk.</param>
    public void Add(byte tag, ByteWriter item)
    {
        if (_used + 1 + item.Length > _chunk.Length)
        {
            Flush();
        }

        _chunk[_used++] = tag;
        item.Written(0, item.Length).CopyTo(_chunk.AsSpan(_used));
        _used += item.Length;
        item.Clear();
    }

    /// <summary>Writes the chunk that is begun.</summary>
    public void Flush()
    {
        if (_used == sizeof(int))
        {
            return;
        }

        _chunk.AsSpan(_used).Clear();
        BinaryPrimitives.WriteInt32LittleEndian(_chunk, _used);
        Hash = XxHash3.HashToUInt64(_chunk, (long)Hash);
        file.Write(SnapshotHeader.Size + Chunks * SnapshotHeader.ChunkSize, _chunk);
        Chunks++;
        _used = sizeof(int);
    }
}
