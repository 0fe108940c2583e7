using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;
using EdgeSmtp.Toolkit.Content;

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
        using ContentHeader header = new(content);
        foreach (HeaderFieldView field in header.Fields)
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

            if (field.Offset < content.TraceLength)
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
