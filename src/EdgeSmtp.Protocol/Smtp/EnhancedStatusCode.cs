using System.Globalization;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>An enhanced mail system status code <c>class.subject.detail</c> (RFC 3463 §2).</summary>
/// <param name="Class">2 success, 4 persistent transient failure, 5 permanent failure.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedStatusCode(byte Class, ushort Subject, ushort Detail)
{
    /// <summary>Parses a whole text.</summary>
    /// <param name="text">One to three digits in subject and detail, without leading zeros (RFC 3463 §2).</param>
    /// <param name="code">The code; its default when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedStatusCode code)
    {
        code = default;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.') return false;
        byte statusClass = (byte)(text[0] - '0');
        text = text[2..];
        int dot = text.IndexOf('.');
        if (dot < 0 || !TryParseNumber(text[..dot], out ushort subject) || !TryParseNumber(text[(dot + 1)..], out ushort detail)) return false;
        code = new EnhancedStatusCode(statusClass, subject, detail);
        return true;
    }

    /// <summary>Whether the text is a status code.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => TryParse(text, out _);

    /// <summary>Whether the text is a status code whose class agrees with the reply code, as RFC 2034 §4 demands; there is none for 3xx.</summary>
    public static bool IsValidFor(ushort replyCode, ReadOnlySpan<char> text) => TryParse(text, out EnhancedStatusCode code) && code.Class == replyCode / 100;

    /// <summary>The dotted form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    private static bool TryParseNumber(ReadOnlySpan<char> text, out ushort value)
    {
        value = 0;
        if (text.Length is 0 or > 3 || (text.Length > 1 && text[0] == '0')) return false;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = (ushort)((value * 10) + (c - '0'));
        }

        return true;
    }
}
