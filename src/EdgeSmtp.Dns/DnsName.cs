using System.Buffers;
using System.Globalization;

namespace EdgeSmtp.Dns;

/// <summary>The one form in which names are compared, cached and asked: lower-case A-labels without trailing dot.</summary>
internal static class DnsName
{
    /// <summary>RFC 1035 §2.3.4: 255 octets on the wire, which is 253 characters without the final dot.</summary>
    private const int LengthMax = 253;

    private const int LabelLengthMax = 63;

    // A backslash, a control or an 8-bit character is in no host or mail domain: such a name is answered without a question.
    // A space is one to nobody: SPF makes names with it (RFC 7208 §7.1, "%_").
    private static readonly SearchValues<char> Asked = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> UpperCase = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly IdnMapping Idn = new();

    /// <summary>Brings a name into that form.</summary>
    /// <param name="name">The name as given.</param>
    /// <param name="normalized">The name itself when it already has the form: the hot path allocates nothing.</param>
    /// <returns><c>false</c> when no such name can exist.</returns>
    public static bool TryNormalize(string name, out string normalized)
    {
        normalized = name;
        ReadOnlySpan<char> text = name;
        if (text is [.., '.'])
        {
            text = text[..^1];
        }

        if (text.IsEmpty || text.Length > LengthMax || text.ContainsAnyExcept(Asked) || !HasValidLabels(text))
        {
            return false;
        }

        if (text.Length != name.Length || text.ContainsAny(UpperCase))
        {
            normalized = string.Create(text.Length, name, static (target, source) => source.AsSpan(0, target.Length).ToLowerInvariant(target));
        }

        return !normalized.Contains("xn--", StringComparison.Ordinal) || HasValidALabels(normalized);
    }

    private static bool HasValidLabels(ReadOnlySpan<char> name)
    {
        while (true)
        {
            int dot = name.IndexOf('.');
            int length = dot < 0 ? name.Length : dot;
            if (length is 0 or > LabelLengthMax)
            {
                return false;
            }

            if (dot < 0)
            {
                return true;
            }

            name = name[(dot + 1)..];
        }
    }

    // RFC 5890 §2.3.2.1: a label with the ACE prefix that does not decode is no A-label.
    private static bool HasValidALabels(string name)
    {
        try
        {
            Idn.GetUnicode(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
