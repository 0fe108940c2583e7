using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>
/// The text of a path that patterns are laid on: the local part as the client wrote it, without the quotes and backslashes that only SMTP needs, and the domain in
/// lower-case A-labels. So neither quotes nor the case or spelling of a domain lead past a pattern.
/// </summary>
public static class MailPathText
{
    /// <summary>Longest text, in characters.</summary>
    public const int LengthMax = PathLimits.LocalPartBytesMax + 1 + PathLimits.DomainBytesMax;

    /// <summary>Writes the text.</summary>
    /// <param name="path">The path; nothing is written for the null path.</param>
    /// <param name="target">At least <see cref="LengthMax"/> characters.</param>
    /// <returns>How many characters.</returns>
    public static int Write(MailPath path, Span<char> target)
    {
        ArgumentNullException.ThrowIfNull(path);
        Span<byte> raw = stackalloc byte[PathLimits.LocalPartBytesMax];
        int length = Encoding.UTF8.GetChars(Unquote(path.LocalPart, raw), target);
        if (path.DomainALabel.Length > 0)
        {
            target[length++] = '@';
            path.DomainALabel.CopyTo(target[length..]);
            length += path.DomainALabel.Length;
        }

        return length;
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> local, Span<byte> raw)
    {
        if (local is not [(byte)'"', .. var quoted, (byte)'"'])
        {
            return local;
        }

        int length = 0;
        for (int i = 0; i < quoted.Length; i++)
        {
            // RFC 5321 §4.1.2, quoted-pairSMTP: the backslash says nothing of the mailbox.
            i += quoted[i] == '\\' && i + 1 < quoted.Length ? 1 : 0;
            raw[length++] = quoted[i];
        }

        return raw[..length];
    }
}
