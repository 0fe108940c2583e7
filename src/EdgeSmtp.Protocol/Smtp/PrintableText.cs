namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Makes text from a stranger fit for replies, logs and reports.</summary>
internal static class PrintableText
{
    /// <summary>Control characters and Unicode line ends become spaces; everything else stays.</summary>
    public static string WithoutControls(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        return string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                target[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? ' ' : source[i];
        });
    }

    /// <summary>Control characters but <c>\n</c> become spaces, CRLF becomes <c>\n</c>, and what is not ASCII becomes <c>?</c>: replies are ASCII (RFC 5321 §4.2.1) to clients that did not ask for more.</summary>
    public static string AsciiLines(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        return string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                target[i] = source[i] is (>= ' ' and <= '~') or '\n' ? source[i] : char.IsControl(source[i]) ? ' ' : '?';
        });
    }
}
