using System.Buffers;
using System.Text;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Reads replies as a client (RFC 5321 §4.2), piece by piece. One object serves a connection. Not thread-safe.</summary>
/// <remarks>
/// Lenient in what does no harm: a bare LF ends a line, a code may stand without text, lines may exceed 512 bytes (what is over <see cref="LineBytesKept"/> is dropped).
/// Strict in what keeps us in step: three digits 200 to 599, then space, hyphen or the end, and one code on every line (§4.2.1).
/// </remarks>
public sealed class ReplyParser
{
    /// <summary>Bytes kept of each line.</summary>
    public const int LineBytesKept = 2048;

    /// <summary>Longest reply, all lines together; a longer one is <see cref="ReplyParseStatus.Bad"/>.</summary>
    public const int ReplyBytesMax = 64 * 1024;

    private readonly byte[] _line = new byte[LineBytesKept];
    private readonly List<string> _lines = [];
    private int _lineLength;
    private int _total;
    private ushort _code;
    private string _enhanced = string.Empty;
    private bool _bad;

    /// <summary>The last complete reply; null before the first, and while the next is read.</summary>
    public ServerReply? Reply { get; private set; }

    /// <summary>Reads from a buffer.</summary>
    /// <param name="input">Bytes from the server.</param>
    /// <param name="consumed">The end of what was used: behind the reply when it is complete, so that pipelined replies remain.</param>
    public ReplyParseStatus Parse(in ReadOnlySequence<byte> input, out SequencePosition consumed)
    {
        ReadOnlySequence<byte> rest = input;
        ReplyParseStatus status = _bad ? ReplyParseStatus.Bad : ReplyParseStatus.NeedMore;
        while (!rest.IsEmpty && status == ReplyParseStatus.NeedMore)
        {
            status = Parse(rest.FirstSpan, out int used);
            rest = rest.Slice(used);
        }

        consumed = rest.Start;
        return status;
    }

    /// <summary>Reads from a span.</summary>
    /// <param name="input">Bytes from the server.</param>
    /// <param name="consumed">Bytes used.</param>
    public ReplyParseStatus Parse(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        if (_bad) return ReplyParseStatus.Bad;
        if (!input.IsEmpty) Reply = null;
        while (consumed < input.Length)
        {
            ReadOnlySpan<byte> rest = input[consumed..];
            int end = rest.IndexOf((byte)'\n');
            int taken = end < 0 ? rest.Length : end + 1;
            consumed += taken;
            _total += taken;
            if (_total > ReplyBytesMax) return Fail();
            Keep(end < 0 ? rest : rest[..end]);
            if (end < 0) break;
            ReplyParseStatus status = EndLine();
            if (status != ReplyParseStatus.NeedMore) return status;
        }

        return ReplyParseStatus.NeedMore;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        int kept = Math.Min(bytes.Length, _line.Length - _lineLength);
        bytes[..kept].CopyTo(_line.AsSpan(_lineLength));
        _lineLength += kept;
    }

    private ReplyParseStatus EndLine()
    {
        ReadOnlySpan<byte> line = _line.AsSpan(0, _lineLength);
        _lineLength = 0;
        if (!line.IsEmpty && line[^1] == '\r') line = line[..^1];
        if (line.Length < 3 || !TryParseCode(line, out ushort code)) return Fail();
        bool more = line.Length > 3 && line[3] == '-';
        if (line.Length > 3 && !more && line[3] != ' ') return Fail();
        if (_lines.Count > 0 && code != _code) return Fail();
        _code = code;
        AddText(line.Length > 4 ? line[4..] : default);
        if (more) return ReplyParseStatus.NeedMore;

        Reply = new ServerReply(_code, _enhanced, _lines.ToArray());
        _lines.Clear();
        _total = 0;
        _enhanced = string.Empty;
        return ReplyParseStatus.Complete;
    }

    private void AddText(ReadOnlySpan<byte> text)
    {
        // A reply goes into logs and bounces, so no control character comes through.
        string decoded = PrintableText.WithoutControls(Encoding.UTF8.GetString(text));
        int space = decoded.IndexOf(' ');
        ReadOnlySpan<char> word = space < 0 ? decoded : decoded.AsSpan(0, space);
        if (EnhancedStatusCode.IsValidFor(_code, word))
        {
            if (_lines.Count == 0) _enhanced = word.ToString();
            // RFC 2034 §4: the code stands on every line; the text is what follows.
            if (_enhanced.Length > 0) decoded = decoded[Math.Min(word.Length + 1, decoded.Length)..];
        }

        _lines.Add(decoded);
    }

    private static bool TryParseCode(ReadOnlySpan<byte> line, out ushort code)
    {
        code = 0;
        if (line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2])) return false;
        code = (ushort)(((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0');
        return true;
    }

    private ReplyParseStatus Fail()
    {
        _bad = true;
        return ReplyParseStatus.Bad;
    }
}
