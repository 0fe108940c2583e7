using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EdgeSmtp.Filters.Spf.Macros;

/// <summary>Reads macro strings, strictly: whatever the grammar does not allow is an error (RFC 7208 §7.1). Never throws; time and memory are linear in the text.</summary>
internal static class MacroParser
{
    private const string TermLetters = "slodipvh";
    private const string ExplanationLetters = "slodipvhcrt";

    /// <summary>More parts than any value has: a name has at most 127 labels.</summary>
    private const int KeptMax = 1000;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create(".-+,/_=");

    /// <summary>Reads a macro string.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, MacroUse use, [NotNullWhen(true)] out MacroString? macro)
    {
        macro = null;
        List<MacroPart> parts = [];
        while (!text.IsEmpty)
        {
            int percent = text.IndexOf('%');
            ReadOnlySpan<char> literal = percent < 0 ? text : text[..percent];
            if (!literal.IsEmpty)
            {
                if (!IsLiteral(literal, use))
                {
                    return false;
                }

                parts.Add(new MacroPart(literal.ToString(), '\0', IsLiteral: true));
                text = text[literal.Length..];
                continue;
            }

            if (!TryReadExpand(ref text, use, out MacroPart part))
            {
                return false;
            }

            parts.Add(part);
        }

        macro = new MacroString(parts);
        return true;
    }

    /// <summary>Reads a domain-spec: a macro string that ends in a macro or in a label that can be a top-level one.</summary>
    public static bool TryParseDomain(ReadOnlySpan<char> text, [NotNullWhen(true)] out MacroString? macro)
    {
        if (!TryParse(text, MacroUse.Term, out macro) || macro.Parts.Count == 0)
        {
            macro = null;
            return false;
        }

        MacroPart last = macro.Parts[^1];
        if (last.IsLiteral && !EndsInTopLabel(last.Text))
        {
            macro = null;
            return false;
        }

        return true;
    }

    private static bool IsLiteral(ReadOnlySpan<char> text, MacroUse use) => !text.ContainsAnyExceptInRange(use == MacroUse.Explanation ? ' ' : '!', '~');

    // toplabel = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum ), behind a dot, one more dot allowed behind it.
    private static bool EndsInTopLabel(ReadOnlySpan<char> text)
    {
        text = text is [.., '.'] ? text[..^1] : text;
        int dot = text.LastIndexOf('.');
        if (dot < 0)
        {
            return false;
        }

        ReadOnlySpan<char> label = text[(dot + 1)..];
        bool isNumber = true;
        foreach (char c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }

            isNumber &= char.IsAsciiDigit(c);
        }

        return !isNumber && label[0] != '-' && label[^1] != '-';
    }

    private static bool TryReadExpand(ref ReadOnlySpan<char> text, MacroUse use, out MacroPart part)
    {
        part = default;
        if (text.Length < 2)
        {
            return false;
        }

        string? escape = text[1] switch
        {
            '%' => "%",
            '_' => " ",
            '-' => "%20",
            _ => null,
        };
        if (escape is not null)
        {
            part = new MacroPart(escape, '\0', IsLiteral: false);
            text = text[2..];
            return true;
        }

        int close = text[1] == '{' ? text.IndexOf('}') : -1;
        if (close < 0 || !TryReadMacro(text[2..close], use, out part))
        {
            return false;
        }

        text = text[(close + 1)..];
        return true;
    }

    private static bool TryReadMacro(ReadOnlySpan<char> text, MacroUse use, out MacroPart part)
    {
        part = default;
        if (text.IsEmpty)
        {
            return false;
        }

        char letter = char.ToLowerInvariant(text[0]);
        if (!char.IsAscii(text[0]) || !(use == MacroUse.Explanation ? ExplanationLetters : TermLetters).Contains(letter))
        {
            return false;
        }

        bool isEscaped = char.IsAsciiLetterUpper(text[0]);
        text = text[1..];
        int kept = 0;
        int digits = 0;
        for (; digits < text.Length && char.IsAsciiDigit(text[digits]); digits++)
        {
            kept = Math.Min((kept * 10) + (text[digits] - '0'), KeptMax);
        }

        // RFC 7208 §7.3: zero parts would be none at all.
        if (digits > 0 && kept == 0)
        {
            return false;
        }

        text = text[digits..];

        // Strings of the grammar have no case (RFC 5234 §2.3).
        bool isReversed = text is ['r' or 'R', ..];
        ReadOnlySpan<char> delimiters = isReversed ? text[1..] : text;
        if (delimiters.ContainsAnyExcept(Delimiters))
        {
            return false;
        }

        part = new MacroPart(delimiters.ToString(), letter, IsLiteral: false) { IsEscaped = isEscaped, IsReversed = isReversed, Kept = kept };
        return true;
    }
}
