using System.Buffers;
using System.Text;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Toolkit.Content;

/// <summary>
/// Walks the header fields of a staged message where it lies, in however many blocks, as <see cref="HeaderFields"/> walks a header in one piece: it finds the same fields. Copies
/// nothing, and reads no further than the header.
/// </summary>
public ref struct StagedFields
{
    private ReadOnlySequence<byte> _rest;

    /// <summary>Begins at the first field.</summary>
    /// <param name="message">The message, or what follows the trace fields.</param>
    public StagedFields(ReadOnlySequence<byte> message)
    {
        _rest = message;
    }

    /// <summary>The field that <see cref="MoveNext"/> found, with its folding and its last line end.</summary>
    public ReadOnlySequence<byte> Current { get; private set; }

    /// <summary>Goes to the next field; a line that is no field counts as one.</summary>
    public bool MoveNext()
    {
        SequenceReader<byte> reader = new(_rest);
        if (reader.End || reader.IsNext("\r\n"u8))
        {
            return false;
        }

        // RFC 5322 §2.2.3: lines that begin with white space continue the field.
        do
        {
            if (!reader.TryAdvanceTo((byte)'\n'))
            {
                reader.AdvanceToEnd();
            }
        }
        while (reader.TryPeek(out byte next) && next is (byte)' ' or (byte)'\t');

        Current = _rest.Slice(0, reader.Position);
        _rest = _rest.Slice(reader.Position);
        return true;
    }

    /// <summary>Copies the name of the current field.</summary>
    /// <param name="name">Takes it; <see cref="HeaderField.NameMax"/> bytes are enough for every name that we write.</param>
    /// <returns>Its length; 0 for a line that is no field, and for a longer name.</returns>
    public readonly int CopyName(Span<byte> name)
    {
        // One byte more for the colon. RFC 5322 §4.5 (obs-optional) lets white space stand before it; a name with so much of it that it does not fit here is taken in full below.
        Span<byte> start = stackalloc byte[HeaderField.NameMax + 1];
        int length = (int)Math.Min(start.Length, Current.Length);
        Current.Slice(0, length).CopyTo(start);
        int colon = start[..length].IndexOf((byte)':');
        if (colon < 0)
        {
            colon = LengthBeforeBlanks(start[..length]);
        }

        ReadOnlySpan<byte> found = colon > 0 ? start[..colon].TrimEnd(" \t"u8) : [];
        if (found.IsEmpty || found.Length > name.Length || found.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) >= 0)
        {
            return 0;
        }

        found.CopyTo(name);
        return found.Length;
    }

    /// <summary>The value of the current field in one line: unfolded, without the white space at both ends.</summary>
    /// <returns><c>null</c> when it is no field, not UTF-8 (RFC 6532 §3.2), or has characters that no value may have.</returns>
    public readonly string? ReadValue()
    {
        SequencePosition? colon = Current.PositionOf((byte)':');
        if (colon is null)
        {
            return null;
        }

        byte[] raw = Current.Slice(Current.GetPosition(1, colon.Value)).ToArray();
        ReadOnlySpan<byte> lines = raw;
        int length = 0;
        foreach (byte b in lines)
        {
            // RFC 5322 §2.2.3: a field is unfolded by removing the line ends, and no others are in it.
            if (b is not ((byte)'\r' or (byte)'\n'))
            {
                raw[length++] = b;
            }
        }

        ReadOnlySpan<byte> value = raw.AsSpan(0, length).Trim(" \t"u8);
        return !System.Text.Unicode.Utf8.IsValid(value) || value.ContainsAnyInRange((byte)0, (byte)8) ? null : Encoding.UTF8.GetString(value);
    }

    /// <summary>The colon may stand far behind the name. Where the first bytes are a name and blanks, the field has that name if the next other byte is a colon.</summary>
    private readonly int LengthBeforeBlanks(ReadOnlySpan<byte> start)
    {
        int blanks = start.IndexOfAny((byte)' ', (byte)'\t');
        if (blanks <= 0)
        {
            return -1;
        }

        SequenceReader<byte> reader = new(Current);
        reader.Advance(blanks);
        reader.AdvancePastAny((byte)' ', (byte)'\t');
        return reader.IsNext((byte)':') ? blanks : -1;
    }
}
