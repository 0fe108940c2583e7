namespace EdgeSmtp.Filters.Spf.Macros;

/// <summary>One piece of a macro string: text, or a macro.</summary>
/// <param name="Text">What is put out as it stands; the delimiters of a macro.</param>
/// <param name="Letter">The letter of a macro in lower case; NUL for text.</param>
/// <param name="IsLiteral">Whether this is text that stands for itself, and not <c>%%</c>, <c>%_</c> or <c>%-</c>.</param>
internal readonly record struct MacroPart(string Text, char Letter, bool IsLiteral)
{
    /// <summary>Whether the letter was upper-case, so that the value is URL-escaped (RFC 7208 §7.3).</summary>
    public bool IsEscaped { get; init; }

    /// <summary>Whether the parts of the value are reversed.</summary>
    public bool IsReversed { get; init; }

    /// <summary>How many parts are kept, from the right; 0 for all.</summary>
    public int Kept { get; init; }

    /// <summary>Whether the value goes through as it is.</summary>
    public bool IsPlain => !IsReversed && Kept == 0 && Text.Length == 0;
}
