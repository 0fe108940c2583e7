using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EdgeSmtp.Protocol.Addresses;

/// <summary>Domain names as mail writes them: letters, digits and hyphens (RFC 5321 §4.1.2), or U-labels (RFC 6531 §3.3), and their comparable form.</summary>
public static class DomainName
{
    /// <summary>Punycode only (RFC 3492); lower-casing and the check of code points are done here, because the framework has no IDNA data without ICU.</summary>
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    /// <summary>Whether the text is a domain; see <see cref="TryToALabel"/> for the rules.</summary>
    public static bool IsValid(ReadOnlySpan<byte> domain, bool allowUtf8 = false, bool allowUnderscore = true) =>
        TryToALabel(domain, allowUtf8, allowUnderscore, out _) == PathError.None;

    /// <summary>The comparable form of a domain from configuration or DNS, underscore and U-labels allowed.</summary>
    /// <returns>Lower-case A-labels without trailing dot, or null when the text is not a domain.</returns>
    public static string? ToALabel(string domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return TryToALabel(Encoding.UTF8.GetBytes(domain), allowUtf8: true, allowUnderscore: true, out string? name) == PathError.None ? name : null;
    }

    /// <summary>Checks a domain and gives its comparable form.</summary>
    /// <param name="domain">1 to 255 bytes; one trailing dot is accepted and dropped.</param>
    /// <param name="allowUtf8">Whether U-labels are taken (RFC 6531 §3.3).</param>
    /// <param name="allowUnderscore">Whether <c>_</c> counts as a letter: no host name has it (RFC 952), but mail domains in use do.</param>
    /// <param name="aLabel">Lower-case A-labels without trailing dot. U-labels are lower-cased, not normalised: a decomposed label (RFC 5891 §5.3) simply names another domain.</param>
    public static PathError TryToALabel(ReadOnlySpan<byte> domain, bool allowUtf8, bool allowUnderscore, [NotNullWhen(true)] out string? aLabel)
    {
        aLabel = null;
        if (domain.Length > PathLimits.DomainBytesMax) return PathError.DomainTooLong;
        if (domain.Length > 1 && domain[^1] == '.') domain = domain[..^1];
        if (!Ascii.IsValid(domain)) return allowUtf8 ? ConvertULabels(domain, allowUnderscore, out aLabel) : PathError.Utf8NotAllowed;

        PathError error = CheckAscii(domain, allowUnderscore);
        if (error != PathError.None) return error;
        aLabel = string.Create(domain.Length, domain, static (chars, bytes) => Ascii.ToLower(bytes, chars, out _));
        return PathError.None;
    }

    private static PathError CheckAscii(ReadOnlySpan<byte> domain, bool allowUnderscore)
    {
        int label = 0;
        byte previous = (byte)'.';
        foreach (byte b in domain)
        {
            if (b == '.')
            {
                if (label == 0 || previous == '-') return PathError.InvalidDomain;
                label = 0;
            }
            else
            {
                if (!char.IsAsciiLetterOrDigit((char)b) && !(b == '-' && label > 0) && !(b == '_' && allowUnderscore)) return PathError.InvalidDomain;
                if (++label > PathLimits.LabelBytesMax) return PathError.DomainTooLong;
            }

            previous = b;
        }

        return label == 0 || previous == '-' ? PathError.InvalidDomain : PathError.None;
    }

    private static PathError ConvertULabels(ReadOnlySpan<byte> domain, bool allowUnderscore, out string? aLabel)
    {
        aLabel = null;
        if (!System.Text.Unicode.Utf8.IsValid(domain)) return PathError.InvalidUtf8;
        string[] labels = Encoding.UTF8.GetString(domain).ToLowerInvariant().Split('.');
        for (int i = 0; i < labels.Length; i++)
        {
            if (Ascii.IsValid(labels[i])) continue;
            if (!IsULabel(labels[i])) return PathError.InvalidDomain;
            try
            {
                labels[i] = Idn.GetAscii(labels[i]);
            }
            catch (ArgumentException)
            {
                // The framework has no other way to say that a label is too long or mixes directions.
                // TODO RFC 5893 §2: a right-to-left label may end in a digit; the framework's older rule (RFC 3454 §6) refuses it.
                return labels[i].Length > PathLimits.LabelBytesMax / 2 ? PathError.DomainTooLong : PathError.InvalidDomain;
            }
        }

        string joined = string.Join('.', labels);
        if (joined.Length > PathLimits.DomainBytesMax) return PathError.DomainTooLong;
        PathError error = CheckAscii(Encoding.ASCII.GetBytes(joined), allowUnderscore);
        if (error == PathError.None) aLabel = joined;
        return error;
    }

    /// <summary>The rules of RFC 5891 §4.2.3 and RFC 5892 §2.1 that need only the general category of a code point.</summary>
    /// <remarks>TODO RFC 5892 §2.2: code points that NFKC would change are refused only where they are half-width or full-width, for want of its tables.</remarks>
    private static bool IsULabel(string label)
    {
        if (label[0] == '-' || label[^1] == '-') return false;
        if (label.Length > 3 && label[2] == '-' && label[3] == '-') return false;
        bool first = true;
        foreach (Rune rune in label.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool mark = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            bool allowed = mark || rune.Value == '-' || rune.Value is 0x200C or 0x200D or 0x00B7 or 0x30FB
                || category is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber;
            // Half-width and full-width forms are compatibility characters and never stable under NFKC (RFC 5892 §2.2).
            if (!allowed || (first && mark) || rune.Value is >= 0xFF00 and <= 0xFFEF) return false;
            first = false;
        }

        return true;
    }
}
