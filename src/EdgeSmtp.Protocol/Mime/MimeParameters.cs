using System.Buffers.Text;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>Walks the parameters of a structured field, from behind its type or from its beginning on. Takes what readers take, and tells when that is not the grammar of RFC 2045 §5.1.</summary>
internal ref struct MimeParameters(FieldReader reader)
{
    private FieldReader _reader = reader;

    public MimeParameter Current { get; private set; } = default;

    /// <summary>Whether something was no parameter, or a value was neither token nor quoted string.</summary>
    public bool IsMalformed { get; private set; } = false;

    public readonly bool HasComment => _reader.HasComment;

    public bool MoveNext()
    {
        while (true)
        {
            _reader.SkipBlanks();
            if (_reader.IsAtEnd) return false;
            // Where a semicolon is missing, readers that look for a name find it all the same.
            if (_reader.Next == ';') _reader.Skip();
            else IsMalformed = true;
            _reader.SkipBlanks();
            ReadOnlySpan<byte> name = _reader.Token();
            _reader.SkipBlanks();
            if (name.IsEmpty)
            {
                // An empty one, as behind the last semicolon, is common and harmless.
                if (_reader.IsAtEnd || _reader.Next == ';') continue;
                IsMalformed = true;
                _reader.UpToSemicolon();
            }
            else if (_reader.IsAtEnd || _reader.Next != '=')
            {
                IsMalformed = true;
            }
            else
            {
                _reader.Skip();
                Current = Read(name);
                return true;
            }
        }
    }

    private MimeParameter Read(ReadOnlySpan<byte> name)
    {
        _reader.SkipBlanks();
        bool isQuoted = !_reader.IsAtEnd && _reader.Next == '"';
        bool isFollowed = false;
        ReadOnlySpan<byte> value;
        if (isQuoted)
        {
            value = _reader.QuotedString(out bool isClosed);
            IsMalformed |= !isClosed;
            // A comment may stand there, and is more of the value for readers that know none.
            FieldReader behind = _reader;
            isFollowed = !behind.UpToSemicolon().IsEmpty;
        }
        else
        {
            value = _reader.UpToSemicolon();
            IsMalformed |= value.IsEmpty || IsDoubtful(value);
        }

        int section = -1;
        bool isExtended = false;
        int star = name.IndexOf((byte)'*');
        if (star > 0)
        {
            ReadOnlySpan<byte> suffix = name[(star + 1)..];
            name = name[..star];
            isExtended = suffix.IsEmpty || suffix[^1] == '*';
            if (isExtended && !suffix.IsEmpty) suffix = suffix[..^1];
            if (!suffix.IsEmpty && (!Utf8Parser.TryParse(suffix, out section, out int used) || used != suffix.Length || section < 0))
            {
                IsMalformed = true;
                section = 0;
            }
        }

        return new MimeParameter { Name = name, Value = value, IsQuoted = isQuoted, IsFollowed = isFollowed, Section = section, IsExtended = isExtended };
    }

    /// <summary>Whether readers end an unquoted value at different places. Of the special characters of RFC 2045 §5.1 those are left out that boundaries have in practice, and all readers take.</summary>
    private static bool IsDoubtful(ReadOnlySpan<byte> value)
    {
        foreach (byte b in value)
            if (FieldReader.IsSpecial(b) && !"=?:/@[]"u8.Contains(b)) return true;
        return false;
    }
}
