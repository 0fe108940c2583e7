using System.Buffers;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>Finds the fields of our name in a message: the one that we wrote, and those that somebody else wrote and signed with our id.</summary>
internal ref struct ForgedFields
{
    /// <summary>More of them than this is nobody's mail; then all go, in one step.</summary>
    public const int ListedMax = 20;

    private readonly OwnIds _ids;
    private readonly string _own;
    private readonly bool _takesUnreadable;
    private readonly Span<int> _forged;

    /// <param name="ids">Ids of ours.</param>
    /// <param name="own">The id that we write.</param>
    /// <param name="takesUnreadable">Whether a field without a readable id counts.</param>
    /// <param name="forged">Takes the places of forged fields, counted from the topmost; of <see cref="ListedMax"/>.</param>
    public ForgedFields(OwnIds ids, string own, bool takesUnreadable, Span<int> forged)
    {
        _ids = ids;
        _own = own;
        _takesUnreadable = takesUnreadable;
        _forged = forged;
    }

    /// <summary>Fields of that name in all.</summary>
    public int Count { get; private set; }

    /// <summary>Forged ones among them; may be more than are listed.</summary>
    public int ForgedCount { get; private set; }

    /// <summary>The place of our own among them, from 1 at the top; 0 when there is none.</summary>
    public int OwnPlace { get; private set; }

    /// <summary>Looks through the header.</summary>
    public void Find(IMessageContent content)
    {
        ReadOnlySequence<byte> bytes = content.Bytes;
        ReadOnlySpan<byte> first = bytes.FirstSpan;
        if (bytes.IsSingleSegment || first.IndexOf("\r\n\r\n"u8) >= 0)
        {
            Find(first, content.TraceLength);
            return;
        }

        HeaderScanner scanner = new();
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            if (scanner.Scan(segment.Span))
            {
                break;
            }
        }

        int length = (int)Math.Min(scanner.HeaderBytes, bytes.Length);
        byte[] header = ArrayPool<byte>.Shared.Rent(length);
        bytes.Slice(0, length).CopyTo(header);
        Find(header.AsSpan(0, length), content.TraceLength);
        ArrayPool<byte>.Shared.Return(header);
    }

    private void Find(ReadOnlySpan<byte> header, int traceLength)
    {
        foreach (HeaderFieldView field in new HeaderFields(header))
        {
            if (!field.HasName("Authentication-Results"u8))
            {
                continue;
            }

            Count++;
            bool isReadable = AuthservIdReader.TryRead(field.RawValue, out ReadOnlySpan<byte> id);
            if (!isReadable ? !_takesUnreadable : !_ids.Contains(id, _own))
            {
                continue;
            }

            if (field.Offset < traceLength)
            {
                OwnPlace = OwnPlace == 0 ? Count : OwnPlace;
            }
            else if (ForgedCount++ < _forged.Length)
            {
                _forged[ForgedCount - 1] = Count;
            }
        }
    }
}
