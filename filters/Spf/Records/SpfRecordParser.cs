using System.Diagnostics.CodeAnalysis;
using EdgeSmtp.Filters.Spf.Macros;

namespace EdgeSmtp.Filters.Spf.Records;

/// <summary>
/// Reads records, strictly: an error anywhere makes the whole record one (RFC 7208 §4.6). Never throws; time and memory are linear in the text, which the DNS
/// bounds to 64 KiB.
/// </summary>
internal static class SpfRecordParser
{
    private const string Version = "v=spf1";
    private const int ShownMax = 60;

    /// <summary>Whether a TXT record is one of SPF (RFC 7208 §4.5).</summary>
    public static bool IsRecord(ReadOnlySpan<byte> text) =>
        text.Length >= Version.Length && System.Text.Ascii.EqualsIgnoreCase(text[..Version.Length], Version) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Reads a whole record, version first.</summary>
    /// <param name="text">The record; characters outside ASCII are errors (RFC 7208 §3.1).</param>
    /// <param name="record">The record.</param>
    /// <param name="problem">What is wrong, printable.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SpfRecord? record, out string problem)
    {
        record = null;
        if (!text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) || (text.Length > Version.Length && text[Version.Length] != ' '))
        {
            problem = "not a record of v=spf1";
            return false;
        }

        return TryParseTerms(text[Version.Length..], out record, out problem);
    }

    /// <summary>Reads terms without version, as our own policies have them.</summary>
    /// <param name="text">The terms.</param>
    /// <param name="record">The record.</param>
    /// <param name="problem">What is wrong, printable.</param>
    public static bool TryParseTerms(ReadOnlySpan<char> text, [NotNullWhen(true)] out SpfRecord? record, out string problem)
    {
        record = null;
        List<Mechanism> mechanisms = [];
        MacroString? redirect = null;
        MacroString? explanation = null;

        // Terms are parted by spaces and nothing else.
        foreach (Range range in text.Split(' '))
        {
            ReadOnlySpan<char> term = text[range];
            if (term.IsEmpty)
            {
                continue;
            }

            if (ModifierNameLength(term) is var name and > 0)
            {
                if (!TryReadModifier(term, name, ref redirect, ref explanation, out string? fault))
                {
                    problem = $"{fault} '{Shown(term)}'";
                    return false;
                }
            }
            else if (TermReader.TryRead(term, out Mechanism? mechanism, out string fault))
            {
                mechanisms.Add(mechanism);
            }
            else
            {
                problem = $"{fault} '{Shown(term)}'";
                return false;
            }
        }

        problem = string.Empty;
        record = new SpfRecord(mechanisms, redirect, explanation);
        return true;
    }

    /// <summary>A term as it may be shown: printable and not long.</summary>
    public static string Shown(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> cut = text.Length > ShownMax ? text[..ShownMax] : text;
        char[] shown = cut.ToArray();
        for (int i = 0; i < shown.Length; i++)
        {
            shown[i] = shown[i] is >= ' ' and <= '~' ? shown[i] : '?';
        }

        return cut.Length == text.Length ? new string(shown) : string.Concat(shown, "...");
    }

    // A "=" directly behind a name makes a modifier; ":" and "/" come only in mechanisms (RFC 7208 §4.6.1).
    private static int ModifierNameLength(ReadOnlySpan<char> term)
    {
        int length = 0;
        while (length < term.Length && (char.IsAsciiLetterOrDigit(term[length]) || (length > 0 && term[length] is '-' or '_' or '.')))
        {
            length++;
        }

        return length > 0 && length < term.Length && term[length] == '=' && char.IsAsciiLetter(term[0]) ? length : 0;
    }

    private static bool TryReadModifier(ReadOnlySpan<char> term, int nameLength, ref MacroString? redirect, ref MacroString? explanation, [NotNullWhen(false)] out string? fault)
    {
        ReadOnlySpan<char> name = term[..nameLength];
        ReadOnlySpan<char> value = term[(nameLength + 1)..];
        bool isRedirect = name.Equals("redirect", StringComparison.OrdinalIgnoreCase);
        bool isExplanation = name.Equals("exp", StringComparison.OrdinalIgnoreCase);
        fault = null;
        if (!isRedirect && !isExplanation)
        {
            // RFC 7208 §6: unknown ones are ignored, but must be well-formed.
            fault = MacroParser.TryParse(value, MacroUse.Term, out _) ? null : "modifier with a wrong macro";
        }
        else if ((isRedirect ? redirect : explanation) is not null)
        {
            fault = "modifier given twice";
        }
        else if (!MacroParser.TryParseDomain(value, out MacroString? target))
        {
            fault = "modifier without a right domain";
        }
        else if (isRedirect)
        {
            redirect = target;
        }
        else
        {
            explanation = target;
        }

        return fault is null;
    }
}
