using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EdgeSmtp.Filters.SpamAssassin.Spamd;

/// <summary>
/// Reads a reply as it comes in: <c>SPAMD/1.1 0 EX_OK</c>, fields, a blank line, and what was asked for. One that says no may end after its first line, as those of a spamd that did not
/// understand us do.
/// </summary>
/// <param name="bodyBytesMax">Bytes behind the head that are taken.</param>
internal sealed class SpamdReplyParser(int bodyBytesMax)
{
    /// <summary>Bytes of a head.</summary>
    public const int HeadBytesMax = 8 * 1024;

    private const int TextCharsMax = 200;

    private string _text = string.Empty;
    private int _code = -1;
    private bool? _isSpam;
    private double _score;
    private double _required;
    private int _contentLength = -1;
    private int _lineStart;
    private int _bodyStart = -1;

    /// <summary>Looks at what has come so far.</summary>
    /// <param name="received">All of it, each time with what came before.</param>
    /// <param name="isEnd">Whether no more comes.</param>
    /// <param name="reply">The reply, when it is complete.</param>
    public SpamdReplyStatus Parse(ReadOnlySpan<byte> received, bool isEnd, out SpamdReply? reply)
    {
        reply = null;
        while (_bodyStart < 0)
        {
            int end = received[_lineStart..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return EndInHead(received.Length, isEnd, out reply);
            }

            ReadOnlySpan<byte> line = received.Slice(_lineStart, end).TrimEnd((byte)'\r');
            _lineStart += end + 1;
            if (_lineStart > HeadBytesMax || !TakeLine(line))
            {
                return SpamdReplyStatus.Invalid;
            }
        }

        return Body(received, isEnd, out reply);
    }

    private SpamdReplyStatus EndInHead(int received, bool isEnd, out SpamdReply? reply)
    {
        reply = isEnd && _code > 0 ? Made([]) : null;
        return reply is not null ? SpamdReplyStatus.Complete
            : isEnd || received > HeadBytesMax ? SpamdReplyStatus.Invalid
            : SpamdReplyStatus.Incomplete;
    }

    private SpamdReplyStatus Body(ReadOnlySpan<byte> received, bool isEnd, out SpamdReply? reply)
    {
        reply = null;
        if (_code == 0 && _isSpam is null)
        {
            return SpamdReplyStatus.Invalid;
        }

        int length = received.Length - _bodyStart;
        if (_contentLength >= 0 ? length >= _contentLength : isEnd)
        {
            length = _contentLength >= 0 ? _contentLength : length;
            if (length > bodyBytesMax)
            {
                return SpamdReplyStatus.Invalid;
            }

            reply = Made(received.Slice(_bodyStart, length).ToArray());
            return SpamdReplyStatus.Complete;
        }

        return isEnd || length > bodyBytesMax ? SpamdReplyStatus.Invalid : SpamdReplyStatus.Incomplete;
    }

    private SpamdReply Made(byte[] body) => new(_code, _text, _isSpam ?? false, _score, _required, body);

    private bool TakeLine(ReadOnlySpan<byte> line)
    {
        if (_code < 0)
        {
            return TakeStatus(line);
        }

        if (line.IsEmpty)
        {
            _bodyStart = _lineStart;
            return true;
        }

        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim((byte)' ');
        return line[..colon] switch
        {
            var name when Ascii.EqualsIgnoreCase(name, "Content-length"u8) => TakeLength(value),
            var name when Ascii.EqualsIgnoreCase(name, "Spam"u8) => TakeSpam(value),
            _ => true,
        };
    }

    /// <summary><c>SPAMD/version code text</c>.</summary>
    private bool TakeStatus(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("SPAMD/"u8))
        {
            return false;
        }

        int space = line.IndexOf((byte)' ');
        if (space < 0 || !Utf8Parser.TryParse(line[(space + 1)..], out int code, out int used) || code is < 0 or > 255)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[(space + 1 + used)..];
        if (!rest.IsEmpty && rest[0] != ' ')
        {
            return false;
        }

        _code = code;
        _text = Printable(rest.Trim((byte)' '));
        return true;
    }

    private bool TakeLength(ReadOnlySpan<byte> value) =>
        _contentLength < 0 && Utf8Parser.TryParse(value, out _contentLength, out int used) && used == value.Length && _contentLength >= 0 && _contentLength <= bodyBytesMax;

    /// <summary><c>True ; 15.3 / 5.0</c>; REPORT_IFSPAM and other implementations say Yes and No.</summary>
    private bool TakeSpam(ReadOnlySpan<byte> value)
    {
        int semicolon = value.IndexOf((byte)';');
        int slash = value.LastIndexOf((byte)'/');
        if (_isSpam is not null || semicolon < 0 || slash < semicolon)
        {
            return false;
        }

        ReadOnlySpan<byte> flag = value[..semicolon].Trim((byte)' ');
        bool isYes = Ascii.EqualsIgnoreCase(flag, "true"u8) || Ascii.EqualsIgnoreCase(flag, "yes"u8);
        _isSpam = isYes;
        return (isYes || Ascii.EqualsIgnoreCase(flag, "false"u8) || Ascii.EqualsIgnoreCase(flag, "no"u8))
            && TryNumber(value[(semicolon + 1)..slash], out _score) && TryNumber(value[(slash + 1)..], out _required);
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out double number) =>
        double.TryParse(text.Trim((byte)' '), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static string Printable(ReadOnlySpan<byte> text)
    {
        string cut = Encoding.Latin1.GetString(text[..Math.Min(text.Length, TextCharsMax)]);
        return string.Create(cut.Length, cut, static (made, from) =>
        {
            for (int i = 0; i < made.Length; i++)
            {
                made[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
            }
        });
    }
}
