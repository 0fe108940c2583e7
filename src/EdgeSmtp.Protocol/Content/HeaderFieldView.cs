namespace EdgeSmtp.Protocol.Content;

/// <summary>One field of a header block. Points into the block.</summary>
public readonly ref struct HeaderFieldView
{
    private readonly int _nameLength;
    private readonly int _valueStart;

    internal HeaderFieldView(ReadOnlySpan<byte> raw, int offset, int nameLength, int valueStart)
    {
        Raw = raw;
        Offset = offset;
        _nameLength = nameLength;
        _valueStart = valueStart;
    }

    /// <summary>The whole field with its folding and its last CRLF.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>Where the field begins in the block, in bytes.</summary>
    public int Offset { get; }

    /// <summary>Whether this is a line, with what is folded under it, that is no field; it has no name then, and its value is the whole.</summary>
    public bool IsMalformed => _nameLength == 0;

    /// <summary>The name as written, without colon.</summary>
    public ReadOnlySpan<byte> Name => Raw[.._nameLength];

    /// <summary>What follows the colon: the leading space and the folding included, the last CRLF not.</summary>
    public ReadOnlySpan<byte> RawValue
    {
        get
        {
            ReadOnlySpan<byte> value = Raw[_valueStart..];
            if (value.EndsWith("\r\n"u8)) return value[..^2];
            return value.EndsWith("\n"u8) ? value[..^1] : value;
        }
    }

    /// <summary>Whether the field has this name, in any case (RFC 5322 §1.2.2 with RFC 5234 §2.3).</summary>
    public bool HasName(ReadOnlySpan<byte> name) => _nameLength > 0 && System.Text.Ascii.EqualsIgnoreCase(Name, name);
}
