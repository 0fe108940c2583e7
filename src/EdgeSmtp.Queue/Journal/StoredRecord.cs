using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.FileSystem;
using EdgeSmtp.Queue.Index;

namespace EdgeSmtp.Queue.Journal;

/// <summary>A <c>Message</c> record read from a segment and verified, in rented memory.</summary>
internal sealed class StoredRecord : IDisposable
{
    private readonly int _envelopeStart;
    private byte[]? _rented;

    private StoredRecord(byte[] rented, RecordHeader header, RecordPlace place)
    {
        Place = place;
        _rented = rented;
        Header = header;
        ByteReader reader = new(rented.AsSpan(RecordHeader.Size, header.MetaLength));
        BodySlot = reader.Int32();
        _ = MessageState.Read(ref reader);
        _envelopeStart = RecordHeader.Size + header.MetaLength - reader.Rest.Length;
    }

    /// <summary>Its head.</summary>
    public RecordHeader Header { get; }

    /// <summary>Where it was read.</summary>
    public RecordPlace Place { get; }

    /// <summary>Its body file, or −1.</summary>
    public int BodySlot { get; }

    /// <summary>The serialised envelope.</summary>
    public ReadOnlySpan<byte> EnvelopeBytes => Rented.AsSpan(_envelopeStart, RecordHeader.Size + Header.MetaLength - _envelopeStart);

    /// <summary>Inline content; empty when it is external.</summary>
    public ReadOnlyMemory<byte> Content => Header.External ? default : Rented.AsMemory(Header.ContentOffset, (int)Header.ContentLength);

    private byte[] Rented => _rented ?? throw new ObjectDisposedException(nameof(StoredRecord));

    /// <summary>Reads a record.</summary>
    /// <param name="file">The segment.</param>
    /// <param name="place">Where.</param>
    /// <param name="id">Whose record is expected.</param>
    /// <returns><c>null</c> when it is damaged, or another's.</returns>
    public static StoredRecord? Read(IQueueFile file, RecordPlace place, ulong id)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(place.Length);
        try
        {
            Span<byte> record = rented.AsSpan(0, place.Length);
            if (place.Length >= RecordHeader.Size && file.Read(place.Offset, record) == place.Length)
            {
                RecordView view = new(record);
                if (view.Header.Id == id && view.Header.Type == RecordType.Message && view.IsIntact)
                {
                    StoredRecord stored = new(rented, view.Header, place);
                    rented = [];
                    return stored;
                }
            }

            return null;
        }
        finally
        {
            if (rented.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Parses the envelope.</summary>
    public Envelope ReadEnvelope()
    {
        ByteReader reader = new(EnvelopeBytes);
        return EnvelopeCodec.Read(ref reader);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
