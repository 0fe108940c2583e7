using System.Buffers;
using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>Lines of lists that name one address or one domain, and are compared without case.</summary>
public static class MailPathEntry
{
    private static readonly SearchValues<char> PatternCharacters = SearchValues.Create("*?[\\");

    /// <summary>Whether a line is a wildmat pattern, by its characters.</summary>
    /// <param name="line">The line.</param>
    public static bool IsPattern(string line)
    {
        ArgumentNullException.ThrowIfNull(line);

        // The brackets of an address literal are no set, for only a literal can be a domain with brackets.
        int literal = line.IndexOf("@[", StringComparison.Ordinal);
        bool isLiteral = literal >= 0 && AddressLiteral.TryParse(Encoding.UTF8.GetBytes(line[(literal + 1)..]), out _);
        return (isLiteral ? line.AsSpan(0, literal) : line).ContainsAny(PatternCharacters);
    }

    /// <summary>The key of <c>user@dom</c> or <c>@dom</c>.</summary>
    /// <param name="line">The line.</param>
    /// <returns>As <see cref="MailPath.Key"/> has it, without local part for a domain; <c>null</c> when the line is neither.</returns>
    public static string? KeyOf(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (IsPattern(line))
        {
            return null;
        }

        // One letter stands in for the local part that is not there.
        bool isDomain = line.StartsWith('@');
        byte[] bytes = Encoding.UTF8.GetBytes(isDomain ? $"x{line}" : line);
        return MailPathParser.TryParse(bytes, allowUtf8: true, out MailPath path) == PathError.None && path.DomainALabel.Length > 0
            ? (isDomain ? path.Key[1..] : path.Key)
            : null;
    }

    /// <summary>The part of the key of a path that <c>@dom</c> has as its key; empty when it has no domain.</summary>
    /// <param name="path">The path.</param>
    public static ReadOnlySpan<char> DomainKeyOf(MailPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.DomainALabel.Length == 0 ? default : path.Key.AsSpan(path.Key.Length - path.DomainALabel.Length - 1);
    }
}
