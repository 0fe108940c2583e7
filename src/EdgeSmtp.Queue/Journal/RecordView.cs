using System.IO.Hashing;

namespace EdgeSmtp.Queue.Journal;

/// <summary>One record in memory.</summary>
internal readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _record;

    /// <summary>Looks at a record.</summary>
    /// <param name="record">From its head to its end, or beyond.</param>
    public RecordView(ReadOnlySpan<byte> record)
    {
        _record = record;
        Header = RecordHeader.Read(record);
    }

    /// <summary>Its head.</summary>
    public RecordHeader Header { get; }

    /// <summary>Its meta.</summary>
    public ReadOnlySpan<byte> Meta => _record.Slice(RecordHeader.Size, Header.MetaLength);

    /// <summary>Its inline content.</summary>
    public ReadOnlySpan<byte> Content => Header.External ? default : _record.Slice(Header.ContentOffset, (int)Header.ContentLength);

    /// <summary>Whether meta and inline content are what was written.</summary>
    public bool IsIntact =>
        Header.RecordLength <= _record.Length
        && XxHash3.HashToUInt64(Meta) == Header.MetaHash
        && (Header.External || XxHash3.HashToUInt64(Content) == Header.ContentHash);
}
