using System.Buffers;
using System.IO.Hashing;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Reading;

/// <summary>Reads the envelope of a <c>Message</c> record and leaves its content alone: what a list of many messages needs.</summary>
internal static class StoredEnvelope
{
    private const int FirstRead = 2048;

    /// <summary>Reads it.</summary>
    /// <param name="segment">The segment with the record.</param>
    /// <param name="place">Where the record lies.</param>
    /// <param name="id">Whose record is expected.</param>
    /// <returns><c>null</c> when it is damaged, another's, or cannot be read.</returns>
    public static Envelope? Read(IQueueFile segment, RecordPlace place, ulong id)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Min(place.Length, FirstRead));
        try
        {
            int read = segment.Read(place.Offset, rented.AsSpan(0, Math.Min(place.Length, FirstRead)));
            if (read < RecordHeader.Size)
            {
                return null;
            }

            RecordHeader header = RecordHeader.Read(rented);
            int length = RecordHeader.Size + header.MetaLength;
            if (header.Type != RecordType.Message || header.Id != id || length > place.Length)
            {
                return null;
            }

            if (length > read)
            {
                ArrayPool<byte>.Shared.Return(rented);
                rented = ArrayPool<byte>.Shared.Rent(length);
                read = segment.Read(place.Offset, rented.AsSpan(0, length));
            }

            return read < length ? null : Parse(rented.AsSpan(RecordHeader.Size, header.MetaLength), header.MetaHash);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Unreadable, or the segment was deleted after the message had been copied elsewhere.
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static Envelope? Parse(ReadOnlySpan<byte> meta, ulong hash)
    {
        if (XxHash3.HashToUInt64(meta) != hash)
        {
            return null;
        }

        ByteReader reader = new(meta);
        _ = reader.Int32();
        _ = MessageState.Read(ref reader);
        return EnvelopeCodec.Read(ref reader);
    }
}
