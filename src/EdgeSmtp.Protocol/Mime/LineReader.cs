namespace EdgeSmtp.Protocol.Mime;

/// <summary>Cuts content that arrives in any pieces into lines, and keeps nothing but the beginning of a line that may be a delimiter. Allocates nothing.</summary>
internal sealed class LineReader(ILineHandler handler)
{
    /// <summary>A line of this length or more is none of those that are needed as a whole.</summary>
    private const int CandidateBytesMax = 512;

    private readonly BoundedBytes _candidate = new(CandidateBytesMax + 1);
    private bool _atLineStart;
    private bool _heldCr;

    /// <summary>Begins at the start of a line.</summary>
    public void Begin()
    {
        _candidate.Clear();
        _atLineStart = true;
        _heldCr = false;
    }

    /// <summary>Takes the next bytes.</summary>
    public void Take(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            int used;
            if (_heldCr) used = ReleaseCr(content[0]);
            else if (_candidate.Length > 0 || (_atLineStart && handler.IsCandidate(content[0]))) used = Collect(content);
            else used = Run(content);
            content = content[used..];
        }
    }

    /// <summary>Ends the last line, which has no line end.</summary>
    public void Finish()
    {
        if (_heldCr) handler.Take("\r"u8);
        if (_candidate.Length > 0 && !handler.TryResolve(_candidate.Span.TrimEnd((byte)'\r'), LineEnd.None)) Run(_candidate.Span);
        Begin();
    }

    /// <summary>Takes lines, or pieces of them, that are no candidates.</summary>
    private int Run(ReadOnlySpan<byte> content)
    {
        int at = 0;
        do
        {
            ReadOnlySpan<byte> rest = content[at..];
            _atLineStart = false;
            int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                handler.Take(rest);
                return content.Length;
            }

            if (end > 0) handler.Take(rest[..end]);
            at += end + 1;
            if (rest[end] == '\n')
            {
                EndLine(LineEnd.Lf);
            }
            else if (at == content.Length)
            {
                _heldCr = true;
            }
            else if (content[at] == '\n')
            {
                at++;
                EndLine(LineEnd.CrLf);
            }
            else
            {
                TakeBareCr(content[at]);
            }
        }
        while (at < content.Length && !(_atLineStart && handler.IsCandidate(content[at])));

        return at;
    }

    private void EndLine(LineEnd end)
    {
        _atLineStart = true;
        handler.EndLine(end);
    }

    private int ReleaseCr(byte next)
    {
        _heldCr = false;
        if (next != '\n')
        {
            TakeBareCr(next);
            return 0;
        }

        EndLine(LineEnd.CrLf);
        return 1;
    }

    private void TakeBareCr(byte next)
    {
        handler.OnBareCr(next);
        handler.Take("\r"u8);
    }

    /// <summary>Collects a candidate; without a copy when all of it is there.</summary>
    private int Collect(ReadOnlySpan<byte> content)
    {
        int newline = content.IndexOf((byte)'\n');
        if (_candidate.Length == 0 && newline is >= 0 and < CandidateBytesMax)
        {
            if (TryResolve(content[..newline])) return newline + 1;
            _atLineStart = false;
            return 0;
        }

        ReadOnlySpan<byte> piece = content[..Math.Min(newline < 0 ? content.Length : newline, CandidateBytesMax - _candidate.Length)];
        _candidate.Append(piece);
        if (_candidate.Length == CandidateBytesMax)
        {
            handler.OnLongCandidate();
            Replay();
        }
        else if (newline == piece.Length)
        {
            if (!TryResolve(_candidate.Span))
            {
                _candidate.Append((byte)'\n');
                Replay();
            }

            _candidate.Clear();
            return newline + 1;
        }

        return piece.Length;
    }

    /// <summary>The candidate was none.</summary>
    private void Replay()
    {
        Run(_candidate.Span);
        _candidate.Clear();
    }

    private bool TryResolve(ReadOnlySpan<byte> line) =>
        line.EndsWith("\r"u8) ? handler.TryResolve(line[..^1], LineEnd.CrLf) : handler.TryResolve(line, LineEnd.Lf);
}
