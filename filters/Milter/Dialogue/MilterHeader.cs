using System.Buffers;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>
/// The header as a milter is told it: without our own Received field, which no mail server shows to its milters. Knows how what the milter then says of the n-th field of a name is
/// said of the whole header.
/// </summary>
internal sealed class MilterHeader
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.OrdinalIgnoreCase);
    private readonly byte[] _block;
    private readonly int _hidden;

    private MilterHeader(byte[] block, int hidden)
    {
        _block = block;
        _hidden = hidden;
        foreach (HeaderFieldView field in new HeaderFields(block))
        {
            if (!IsHidden(field, field.Offset))
            {
                Change(System.Text.Encoding.ASCII.GetString(field.Name), 1);
            }
        }
    }

    /// <summary>The fields from a place on that is the begin of one; their offsets are counted from there.</summary>
    public HeaderFields FieldsFrom(int offset) => new(_block.AsSpan(offset));

    /// <summary>Takes the header from a message.</summary>
    /// <param name="content">The message as it stands.</param>
    /// <param name="staged">The staged message, whose trace fields have our Received field among them.</param>
    /// <param name="body">What follows the blank line.</param>
    public static MilterHeader Read(in ReadOnlySequence<byte> content, IMessageContent staged, out ReadOnlySequence<byte> body)
    {
        SequenceReader<byte> reader = new(content);
        byte[] block;
        if (reader.IsNext("\r\n"u8))
        {
            (block, body) = ([], content.Slice(2));
        }
        else if (reader.TryReadTo(out ReadOnlySequence<byte> header, "\r\n\r\n"u8))
        {
            (block, body) = (content.Slice(0, header.Length + 2).ToArray(), content.Slice(reader.Position));
        }
        else
        {
            (block, body) = (content.ToArray(), default);
        }

        return new MilterHeader(block, FindOwn(block, staged));
    }

    /// <summary>Whether the milter is not told of a field: our own Received, and lines that are no fields.</summary>
    /// <param name="field">The field.</param>
    /// <param name="offset">Where it begins in the whole header.</param>
    public bool IsHidden(in HeaderFieldView field, int offset) => field.IsMalformed || offset == _hidden;

    /// <summary>How many fields of a name there are, as the milter knows it.</summary>
    public int Count(string name) => _counts.GetValueOrDefault(name);

    /// <summary>A field was added or removed.</summary>
    public void Change(string name, int by) => _counts[name] = Count(name) + by;

    /// <summary>The occurrence in the whole header of what is the n-th field of its name to the milter.</summary>
    public int OccurrenceOf(string name, int visible) => _hidden >= 0 && name.Equals("Received", StringComparison.OrdinalIgnoreCase) ? visible + 1 : visible;

    private static int FindOwn(byte[] block, IMessageContent staged)
    {
        byte[] trace = staged.Bytes.Slice(0, staged.TraceLength).ToArray();
        if (HeaderFields.TryFind(trace, "Received"u8, 1, out HeaderFieldView own))
        {
            foreach (HeaderFieldView field in new HeaderFields(block))
            {
                if (field.Raw.SequenceEqual(own.Raw))
                {
                    return field.Offset;
                }
            }
        }

        return -1;
    }
}
