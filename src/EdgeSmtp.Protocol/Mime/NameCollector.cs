namespace EdgeSmtp.Protocol.Mime;

/// <summary>Collects every name that a reader may show for a part.</summary>
internal sealed class NameCollector
{
    /// <summary>Bytes of all names of a part together.</summary>
    public const int BytesMax = 2048;

    private const int SectionsMax = 32;

    private readonly BoundedBytes _names = new(BytesMax);
    private readonly Section[] _sections = new Section[SectionsMax];
    private int _sectionCount;

    /// <summary>Whether a name uses a character set in which ASCII is not what it seems, cannot be decoded, goes on behind its quotes, or has an escape sequence that nobody knows.</summary>
    public bool IsUnreadable { get; private set; }

    /// <summary>Whether there were more or longer names than are kept.</summary>
    public bool IsCut => _names.IsCut;

    public MimeNames Names => new(_names.Span);

    /// <summary>Bytes of the names so far.</summary>
    public int Length => _names.Length;

    public void Clear()
    {
        _names.Clear();
        IsUnreadable = false;
    }

    /// <summary>Drops the last names, back to a length that there was.</summary>
    public void CutTo(int length) => _names.CutTo(length);

    /// <summary>Adds a name that stands alone.</summary>
    public void Add(ReadOnlySpan<byte> name)
    {
        int start = _names.Length;
        _names.Append(name);
        End(start);
    }

    /// <summary>Adds the names of one parameter of a field, in all its forms.</summary>
    public void AddFrom(MimeParameters parameters, ReadOnlySpan<byte> field, ReadOnlySpan<byte> target)
    {
        _sectionCount = 0;
        while (parameters.MoveNext())
        {
            MimeParameter parameter = parameters.Current;
            if (!parameter.Is(target)) continue;
            IsUnreadable |= parameter.IsFollowed;
            if (parameter.Section >= 0) Keep(parameter, field);
            else if (parameter.IsExtended) AddExtended(parameter.Value);
            else AddPlain(parameter);
        }

        if (_sectionCount > 0) AddSections(field);
    }

    /// <summary>A value as it stands, and decoded if it has encoded words in it: readers decode them there although RFC 2047 §5 forbids them.</summary>
    private void AddPlain(in MimeParameter parameter)
    {
        int start = _names.Length;
        AppendUnescaped(parameter.Value);
        ReadOnlySpan<byte> plain = _names.Span[start..];
        if (plain.IndexOf("=?"u8) >= 0)
        {
            // It is decoded into the same memory, behind what it is decoded from.
            int decoded = _names.Length;
            IsUnreadable |= !EncodedWords.TryDecode(plain, _names);
            if (_names.Length > decoded)
            {
                MoveBack(start, decoded);
            }
        }

        End(start);
        // Without quotes some readers take all of it, and others end where a token does.
        if (parameter.IsQuoted) return;
        ReadOnlySpan<byte> token = new FieldReader(parameter.Value).Token();
        if (token.Length < parameter.Value.Length) Add(token);
    }

    private void AddExtended(ReadOnlySpan<byte> value)
    {
        int start = _names.Length;
        AppendPercentDecoded(WithoutCharset(value));
        End(start);
    }

    private void AddSections(ReadOnlySpan<byte> field)
    {
        int start = _names.Length;
        // RFC 2231 §3: sections count from 0 and may stand in any order.
        for (int number = 0, added = 0; added < _sectionCount; number++)
        {
            int found = Find(number);
            if (found < 0)
            {
                IsUnreadable = true;
                break;
            }

            Section section = _sections[found];
            ReadOnlySpan<byte> value = field.Slice(section.Start, section.Length);
            if (section.IsExtended) AppendPercentDecoded(number == 0 ? WithoutCharset(value) : value);
            else AppendUnescaped(value);
            added++;
        }

        End(start);
    }

    private void Keep(in MimeParameter parameter, ReadOnlySpan<byte> field)
    {
        if (_sectionCount == SectionsMax || Find(parameter.Section) >= 0)
        {
            IsUnreadable = true;
            return;
        }

        field.Overlaps(parameter.Value, out int start);
        _sections[_sectionCount++] = new Section(parameter.Section, start, parameter.Value.Length, parameter.IsExtended);
    }

    private int Find(int number)
    {
        for (int i = 0; i < _sectionCount; i++)
            if (_sections[i].Number == number) return i;
        return -1;
    }

    /// <summary>Takes <c>charset'language'</c> away (RFC 2231 §4).</summary>
    private ReadOnlySpan<byte> WithoutCharset(ReadOnlySpan<byte> value)
    {
        int first = value.IndexOf((byte)'\'');
        int second = first < 0 ? -1 : value[(first + 1)..].IndexOf((byte)'\'');
        if (second < 0)
        {
            IsUnreadable = true;
            return value;
        }

        IsUnreadable |= !Charsets.HoldsAscii(value[..first]);
        return value[(first + second + 2)..];
    }

    private void AppendUnescaped(ReadOnlySpan<byte> value)
    {
        int escape;
        while ((escape = value.IndexOf((byte)'\\')) >= 0 && escape + 1 < value.Length)
        {
            _names.Append(value[..escape]);
            _names.Append(value[escape + 1]);
            value = value[(escape + 2)..];
        }

        _names.Append(value);
    }

    private void AppendPercentDecoded(ReadOnlySpan<byte> value)
    {
        int percent;
        while ((percent = value.IndexOf((byte)'%')) >= 0)
        {
            _names.Append(value[..percent]);
            if (Hex.TryRead(value[(percent + 1)..], out byte decoded))
            {
                _names.Append(decoded);
                value = value[(percent + 3)..];
            }
            else
            {
                IsUnreadable = true;
                _names.Append((byte)'%');
                value = value[(percent + 1)..];
            }
        }

        _names.Append(value);
    }

    private void MoveBack(int start, int from)
    {
        Span<byte> decoded = stackalloc byte[_names.Length - from];
        _names.Span[from..].CopyTo(decoded);
        _names.CutTo(start);
        _names.Append(decoded);
    }

    /// <summary>
    /// Ends a name: escape sequences, control characters and quotes, which no reader shows or no file system keeps, and dots and blanks at its end, which Windows drops, are taken away. Where
    /// it holds a NUL, what stands in front is a name besides: it ends there for many programs.
    /// </summary>
    private void End(int start)
    {
        Span<byte> name = stackalloc byte[_names.Length - start];
        _names.Span[start..].CopyTo(name);
        _names.CutTo(start);
        AddShown(name);
        int nul = name.IndexOf((byte)0);
        if (nul >= 0) AddShown(name[..nul]);
    }

    private void AddShown(ReadOnlySpan<byte> name)
    {
        Span<byte> shown = stackalloc byte[name.Length];
        int length = 0;
        for (int i = 0; i < name.Length; i++)
        {
            byte b = name[i];
            if (b == EscapeSequences.Escape)
            {
                int escape = EscapeSequences.Length(name[i..]);
                i += Math.Max(escape - 1, 0);
                IsUnreadable |= escape == 0;
            }
            else if (b is >= (byte)' ' and not (0x7F or (byte)'"'))
            {
                shown[length++] = b;
            }
        }

        ReadOnlySpan<byte> kept = shown[..length].Trim((byte)' ').TrimEnd(" ."u8);
        if (kept.IsEmpty) return;
        _names.Append(kept);
        _names.Append(0);
        if (!_names.IsCut) return;
        // The end of the name may be what did not fit.
        _names.CutTo(_names.Length - 1);
        _names.Append(0);
    }

    private readonly record struct Section(int Number, int Start, int Length, bool IsExtended);
}
