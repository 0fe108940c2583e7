using System.Text;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>One of the fields that say how a part is read. The first one counts; of a further one it is known whether it says the same.</summary>
internal sealed class MimeField(string name, int capacity, MimeAmbiguity duplicate)
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name);
    private readonly BoundedBytes _first = new(capacity);
    private readonly BoundedBytes _further = new(capacity);
    private bool _isFurther;

    /// <summary>Whether there is one.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>Its value, unfolded.</summary>
    public ReadOnlySpan<byte> Value => _first.Span;

    public bool IsCut => _first.IsCut || _further.IsCut;

    public bool HasName(ReadOnlySpan<byte> text) => Ascii.EqualsIgnoreCase(text, _name);

    public void Clear()
    {
        _first.Clear();
        _further.Clear();
        IsPresent = _isFurther = false;
    }

    /// <summary>Another field of this name begins.</summary>
    public void Begin()
    {
        _isFurther = IsPresent;
        _further.Clear();
        IsPresent = true;
    }

    public void Append(ReadOnlySpan<byte> value) => (_isFurther ? _further : _first).Append(value);

    /// <summary>The field that was begun has ended.</summary>
    public void End(ref MimeAmbiguities found)
    {
        if (_isFurther && !_first.Span.Trim(" \t"u8).SequenceEqual(_further.Span.Trim(" \t"u8))) found = found.With(duplicate);
    }
}
