namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>Makes what a stranger's domain says fit for a reply and a log.</summary>
internal static class ExplanationText
{
    /// <summary>A reply line has 512 octets (RFC 5321 §4.5.3.1.5), and nobody reads more.</summary>
    public const int LengthMax = 400;

    /// <summary>Nothing that a stranger wrote may end the reply line or colour a terminal; macros may bring in more than the text itself may hold.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        return string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
            }
        });
    }
}
