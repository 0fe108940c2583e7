using System.Text;

namespace EdgeSmtp.Protocol.Addresses;

/// <summary>Parses the paths of MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3) and the bare addresses of QMTP.</summary>
/// <remarks>
/// A source route is checked and dropped (RFC 5321 §4.1.1.3, appendix C). Bang paths and <c>u%x@d</c> are local parts like any other: nothing routes by them.
/// Two unquoted <c>@</c> are an error, so that no two parsers can disagree on the domain.
/// </remarks>
public static class MailPathParser
{
    /// <summary>Parses the text between the angle brackets.</summary>
    /// <param name="text">A mailbox, optionally with a source route; <c>postmaster</c> in any case; or nothing, the null path.</param>
    /// <param name="allowUtf8">Whether SMTPUTF8 holds for this transaction.</param>
    /// <param name="path">The path; <see cref="MailPath.Null"/> when the text is empty or an error is returned.</param>
    public static PathError TryParse(ReadOnlySpan<byte> text, bool allowUtf8, out MailPath path)
    {
        path = MailPath.Null;
        if (text.IsEmpty) return PathError.None;
        // RFC 5321 §4.5.3.1.3: the limit counts the brackets.
        if (text.Length > PathLimits.PathBytesMax - 2) return PathError.PathTooLong;

        PathError error = SkipSourceRoute(ref text, allowUtf8);
        if (error != PathError.None) return error;
        if (text.IsEmpty) return PathError.Syntax;
        error = LocalPartReader.Read(text, allowUtf8, out int localLength);
        if (error != PathError.None) return error;
        if (localLength > PathLimits.LocalPartBytesMax) return PathError.LocalPartTooLong;

        if (localLength == text.Length)
        {
            // RFC 5321 §4.1.1.3: the one name that needs no domain, in any case.
            if (!Ascii.EqualsIgnoreCase(text, "postmaster"u8)) return PathError.Syntax;
            path = new MailPath(text.ToArray(), localLength, string.Empty);
            return PathError.None;
        }

        if (text[localLength] != '@') return PathError.Syntax;
        error = ReadDomain(text[(localLength + 1)..], allowUtf8, out string? domain);
        if (error == PathError.None) path = new MailPath(text.ToArray(), localLength, domain!);
        return error;
    }

    /// <summary>Parses <c>&lt;…&gt;</c> at the start of the argument of MAIL; <c>&lt;&gt;</c> is the null path, a mailbox needs its domain.</summary>
    /// <param name="argument">What follows <c>FROM:</c>, beginning with the bracket.</param>
    /// <param name="allowUtf8">Whether bytes outside ASCII are taken.</param>
    /// <param name="path">The path.</param>
    /// <param name="rest">What follows the closing bracket, without the spaces between.</param>
    public static PathError TryParseReverse(ReadOnlySpan<byte> argument, bool allowUtf8, out MailPath path, out ReadOnlySpan<byte> rest)
    {
        PathError error = TryParseBracketed(argument, allowUtf8, out path, out rest);
        if (error != PathError.None || path.IsNull || path.DomainALabel.Length > 0) return error;
        path = MailPath.Null;
        return PathError.Syntax;
    }

    /// <summary>Parses <c>&lt;…&gt;</c> at the start of the argument of RCPT; <c>&lt;Postmaster&gt;</c> needs no domain, <c>&lt;&gt;</c> is an error (RFC 5321 §4.1.1.3).</summary>
    /// <param name="argument">What follows <c>TO:</c>, beginning with the bracket.</param>
    /// <param name="allowUtf8">Whether bytes outside ASCII are taken.</param>
    /// <param name="path">The path.</param>
    /// <param name="rest">What follows the closing bracket, without the spaces between.</param>
    public static PathError TryParseForward(ReadOnlySpan<byte> argument, bool allowUtf8, out MailPath path, out ReadOnlySpan<byte> rest)
    {
        PathError error = TryParseBracketed(argument, allowUtf8, out path, out rest);
        return error == PathError.None && path.IsNull ? PathError.Syntax : error;
    }

    private static PathError TryParseBracketed(ReadOnlySpan<byte> argument, bool allowUtf8, out MailPath path, out ReadOnlySpan<byte> rest)
    {
        path = MailPath.Null;
        rest = default;
        if (argument.IsEmpty || argument[0] != '<') return PathError.Syntax;
        int close = FindClose(argument);
        if (close < 0) return PathError.Syntax;
        ReadOnlySpan<byte> after = argument[(close + 1)..];
        if (!after.IsEmpty && after[0] != ' ') return PathError.Syntax;
        rest = after.TrimStart((byte)' ');
        return TryParse(argument[1..close], allowUtf8, out path);
    }

    /// <summary>The bracket that closes the path: a quoted one does not (RFC 5321 §4.1.2, Quoted-string).</summary>
    private static int FindClose(ReadOnlySpan<byte> argument)
    {
        bool quoted = false;
        for (int i = 1; i < argument.Length; i++)
        {
            byte b = argument[i];
            if (b == '"') quoted = !quoted;
            else if (b == '\\' && quoted) i++;
            else if (b == '>' && !quoted) return i;
        }

        return -1;
    }

    private static PathError SkipSourceRoute(ref ReadOnlySpan<byte> text, bool allowUtf8)
    {
        if (text[0] != '@') return PathError.None;
        // RFC 5321 §4.1.2: A-d-l = At-domain *( "," At-domain ), and no domain holds a colon but an IPv6 literal, which closes with a bracket.
        int colon = 0;
        bool literal = false;
        for (; colon < text.Length && (literal || text[colon] != ':'); colon++)
        {
            if (text[colon] == '[') literal = true;
            else if (text[colon] == ']') literal = false;
        }

        if (colon == text.Length) return PathError.Syntax;
        ReadOnlySpan<byte> route = text[..colon];
        text = text[(colon + 1)..];
        foreach (Range range in route.Split((byte)','))
        {
            ReadOnlySpan<byte> hop = route[range];
            if (hop.IsEmpty || hop[0] != '@') return PathError.Syntax;
            PathError error = ReadDomain(hop[1..], allowUtf8, out _);
            if (error != PathError.None) return error;
        }

        return PathError.None;
    }

    private static PathError ReadDomain(ReadOnlySpan<byte> domain, bool allowUtf8, out string? aLabel)
    {
        aLabel = null;
        if (domain.IsEmpty) return PathError.Syntax;
        if (domain[0] == '[')
        {
            if (!AddressLiteral.TryParse(domain, out System.Net.IPAddress? address)) return PathError.InvalidAddressLiteral;
            aLabel = AddressLiteral.Format(address);
            return PathError.None;
        }

        if (domain.IndexOf((byte)'@') >= 0) return PathError.Syntax;
        return DomainName.TryToALabel(domain, allowUtf8, allowUnderscore: true, out aLabel);
    }
}
