using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeSmtp.Filters.Spf.Macros;

/// <summary>Expands macro strings (RFC 7208 §7.3). What comes out is bounded, whatever a record holds.</summary>
internal sealed class MacroExpander(MacroValues values)
{
    /// <summary>Longest name in text form (RFC 7208 §7.3).</summary>
    public const int NameMax = 253;

    // RFC 3986 §2.3, which RFC 7208 §7.3 names.
    private static readonly SearchValues<byte> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>Whether a name that the macro uses cannot be put into a question: a local part that is not ASCII (RFC 8616 §4).</summary>
    public bool IsUnaskable(MacroString macro) => macro.UsesLocalPart && !Ascii.IsValid(values.LocalPart);

    /// <summary>Makes a name without final dot; a long one loses labels at its left until it fits.</summary>
    public string ExpandDomain(MacroString macro, string domain, string clientName)
    {
        // From the right, because only the right side is kept: a record of a thousand macros costs no more than one of five.
        StringBuilder reversed = new();
        List<string> pieces = [];
        int length = 0;
        for (int i = macro.Parts.Count - 1; i >= 0 && length <= NameMax + 1; i--)
        {
            string piece = Expand(macro.Parts[i], domain, clientName);
            pieces.Add(piece);
            length += piece.Length;
        }

        for (int i = pieces.Count - 1; i >= 0; i--)
        {
            reversed.Append(pieces[i]);
        }

        string name = reversed.ToString();
        ReadOnlySpan<char> kept = name is [.., '.'] ? name.AsSpan()[..^1] : name;
        while (kept.Length > NameMax)
        {
            int dot = kept.IndexOf('.');
            if (dot < 0)
            {
                break;
            }

            kept = kept[(dot + 1)..];
        }

        return kept.Length == name.Length ? name : kept.ToString();
    }

    /// <summary>Makes a text of at most this many characters.</summary>
    public string ExpandText(MacroString macro, string domain, string clientName, int lengthMax)
    {
        StringBuilder text = new();
        for (int i = 0; i < macro.Parts.Count && text.Length < lengthMax; i++)
        {
            text.Append(Expand(macro.Parts[i], domain, clientName));
        }

        return text.Length > lengthMax ? text.ToString(0, lengthMax) : text.ToString();
    }

    private string Expand(in MacroPart part, string domain, string clientName)
    {
        if (part.Letter == '\0')
        {
            return part.Text;
        }

        string value = values.Of(part.Letter, domain, clientName);
        value = part.IsPlain ? value : Transform(value, part);
        return part.IsEscaped ? Escape(value) : value;
    }

    private static string Transform(string value, in MacroPart part)
    {
        string[] pieces = value.Split(part.Text.Length == 0 ? ['.'] : part.Text.ToCharArray());
        if (part.IsReversed)
        {
            Array.Reverse(pieces);
        }

        int skipped = part.Kept == 0 ? 0 : Math.Max(0, pieces.Length - part.Kept);
        return string.Join('.', pieces, skipped, pieces.Length - skipped);
    }

    private static string Escape(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        if (!bytes.AsSpan().ContainsAnyExcept(Unreserved))
        {
            return value;
        }

        StringBuilder escaped = new(bytes.Length * 3);
        foreach (byte b in bytes)
        {
            if (Unreserved.Contains(b))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return escaped.ToString();
    }
}
