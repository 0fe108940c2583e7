using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Content;

/// <summary>One pass over an address field: comments and folding are dropped, what separates addresses is found, and each address goes to <see cref="MailPathParser"/>.</summary>
internal ref struct MailboxListReader
{
    private readonly ReadOnlySpan<byte> _body;

    /// <summary>The word or address at hand, without comments and without white space that means nothing.</summary>
    private readonly Span<byte> _piece;

    private int _next;
    private int _length;
    private bool _hasSpace;
    private bool _inAngle;
    private bool _inGroup;

    /// <summary>Whether the address in angle brackets has ended, so that only a separator may follow.</summary>
    private bool _isComplete;

    /// <param name="body">The field body.</param>
    /// <param name="piece">Scratch of the same length.</param>
    public MailboxListReader(ReadOnlySpan<byte> body, Span<byte> piece)
    {
        _body = body;
        _piece = piece;
    }

    /// <summary>Reads all of it.</summary>
    public bool Read(List<MailPath> found)
    {
        while (_next < _body.Length)
        {
            byte b = _body[_next];
            bool isGood = b switch
            {
                (byte)'(' => SkipComment(),
                (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' => SkipSpace(),
                (byte)'"' => CopyTo((byte)'"'),
                (byte)'[' => CopyTo((byte)']'),
                (byte)'<' => BeginAngle(),
                (byte)'>' => EndAngle(found),
                (byte)',' when !_inAngle => EndMailbox(found),
                (byte)':' when !_inAngle => BeginGroup(),
                (byte)';' when !_inAngle => EndGroup(found),
                _ => Append(b),
            };
            if (!isGood)
            {
                return false;
            }
        }

        // RFC 5322 §3.4: a group ends with its semicolon.
        return !_inAngle && !_inGroup && EndMailbox(found);
    }

    private bool SkipComment()
    {
        int depth = 0;
        for (; _next < _body.Length; _next++)
        {
            switch (_body[_next])
            {
                case (byte)'\\':
                    _next++;
                    break;
                case (byte)'(' when ++depth > MailboxList.CommentDepthMax:
                    return false;
                case (byte)')' when --depth == 0:
                    _hasSpace = true;
                    _next++;
                    return true;
            }
        }

        return false;
    }

    private bool SkipSpace()
    {
        _hasSpace = true;
        _next++;
        return true;
    }

    /// <summary>Copies a quoted string or a domain literal, in which nothing separates.</summary>
    private bool CopyTo(byte end)
    {
        if (!Append(_body[_next]))
        {
            return false;
        }

        while (_next < _body.Length)
        {
            byte b = _body[_next];
            _next++;
            switch (b)
            {
                case (byte)'\r' or (byte)'\n':
                    // RFC 5322 §3.2.4: folding inside of quotes is not part of what is quoted.
                    continue;
                case (byte)'\\' when _next < _body.Length:
                    _piece[_length++] = b;
                    b = _body[_next++];
                    break;
                case var _ when b == end:
                    _piece[_length++] = b;
                    return true;
            }

            _piece[_length++] = b;
        }

        return false;
    }

    private bool BeginAngle()
    {
        // What stood before is a display name.
        bool isGood = !_inAngle && !_isComplete;
        _inAngle = true;
        Clear();
        _next++;
        return isGood;
    }

    private bool EndAngle(List<MailPath> found)
    {
        bool isGood = _inAngle && Add(found);
        _inAngle = false;
        _isComplete = true;
        _next++;
        return isGood;
    }

    private bool EndMailbox(List<MailPath> found)
    {
        // RFC 5322 §4.4: nothing between two commas is an obsolete form of no address.
        bool isGood = _isComplete || _length == 0 || Add(found);
        _isComplete = false;
        Clear();
        _next++;
        return isGood;
    }

    private bool BeginGroup()
    {
        bool isGood = !_inGroup && !_isComplete && _length > 0;
        _inGroup = true;
        Clear();
        _next++;
        return isGood;
    }

    private bool EndGroup(List<MailPath> found)
    {
        bool isGood = _inGroup;
        _inGroup = false;
        return EndMailbox(found) && isGood;
    }

    private bool Append(byte b)
    {
        if (_isComplete || b is < 0x20 or 0x7F)
        {
            return false;
        }

        // RFC 5322 §4.4: white space may stand around the dots and the @ of an address; between two words it stays, and makes them no address.
        if (_hasSpace && _length > 0 && !IsJoint(b) && !IsJoint(_piece[_length - 1]))
        {
            _piece[_length++] = (byte)' ';
        }

        _hasSpace = false;
        _piece[_length++] = b;
        _next++;
        return true;
    }

    private bool Add(List<MailPath> found)
    {
        if (MailPathParser.TryParse(_piece[.._length], allowUtf8: true, out MailPath path) != PathError.None || path.IsNull || path.DomainALabel.Length == 0)
        {
            return false;
        }

        found.Add(path);
        Clear();
        return true;
    }

    private void Clear()
    {
        _length = 0;
        _hasSpace = false;
    }

    // A comma and a colon are joints of the source route in angle brackets.
    private static bool IsJoint(byte b) => b is (byte)'.' or (byte)'@' or (byte)',' or (byte)':';
}
