using System.Buffers.Binary;
using System.IO.Hashing;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.FileSystem;

namespace EdgeSmtp.Queue.Snapshots;

/// <summary>Reads a snapshot file: first its checksum, then its items.</summary>
internal static class SnapshotReader
{
    /// <summary>Verifies a snapshot as a whole.</summary>
    /// <param name="file">The file.</param>
    /// <param name="header">Its header.</param>
    /// <returns><c>null</c> when the file was never used, else whether it is whole.</returns>
    public static bool? Verify(IQueueFile file, out SnapshotHeader header)
    {
        byte[] head = new byte[SnapshotHeader.Size];
        header = default;
        try
        {
            int read = file.Read(0, head);
            if (!SnapshotHeader.TryRead(head, out header) || read < head.Length)
            {
                return head.AsSpan().ContainsAnyExcept((byte)0) ? false : null;
            }

            ulong hash = 0;
            byte[] chunk = new byte[SnapshotHeader.ChunkSize];
            for (long i = 0; i < header.Chunks; i++)
            {
                if (file.Read(SnapshotHeader.Size + i * SnapshotHeader.ChunkSize, chunk) < chunk.Length)
                {
                    return false;
                }

                hash = XxHash3.HashToUInt64(chunk, (long)hash);
            }

            return hash == header.Hash;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Gives every item to whom it concerns.</summary>
    /// <param name="file">A verified file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="onSegment">Takes segments; they come first.</param>
    /// <param name="onMessage">Takes messages.</param>
    public static void Read(IQueueFile file, in SnapshotHeader header, Action<SegmentItem> onSegment, Action<MessageItem> onMessage)
    {
        byte[] chunk = new byte[SnapshotHeader.ChunkSize];
        for (long i = 0; i < header.Chunks; i++)
        {
            file.Read(SnapshotHeader.Size + i * SnapshotHeader.ChunkSize, chunk);
            ByteReader reader = new(chunk.AsSpan(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(chunk) - sizeof(int)));
            while (!reader.Rest.IsEmpty)
            {
                if (reader.Byte() == ChunkWriter.SegmentTag)
                {
                    onSegment(SegmentItem.Read(ref reader));
                }
                else
                {
                    onMessage(MessageItem.Read(ref reader));
                }
            }
        }
    }
}
