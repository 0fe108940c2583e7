using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>The text of a reply, and whether it is an operator's with placeholders. Braces in anybody else's text are just braces.</summary>
/// <param name="Text">The text.</param>
/// <param name="HasPlaceholders">Whether placeholders in it are filled.</param>
internal readonly record struct ReplyText(string Text, bool HasPlaceholders)
{
    /// <summary>An address longer than this is cut: a reply is for people, and the log has it whole.</summary>
    private const int AddressCharsMax = 128;

    /// <summary>The text of a reason.</summary>
    public static ReplyText Of(FilterReason reason) => new(reason.Text, reason.HasPlaceholders);

    /// <summary>The text as it is sent.</summary>
    /// <param name="values">What it is about.</param>
    /// <param name="hasId">Whether it names the id itself, so that none is to be put at its end.</param>
    public string Fill(in ReplyValues values, out bool hasId)
    {
        hasId = false;
        if (!HasPlaceholders)
        {
            return Text;
        }

        hasId = Text.Contains(ReplyTemplate.Id, StringComparison.Ordinal);

        // What strangers sent goes in last and in one pass each, so that no address can bring a placeholder of its own.
        StringBuilder filled = new(Text.Length + 64);
        ReadOnlySpan<char> rest = Text;
        while (!rest.IsEmpty)
        {
            int brace = rest.IndexOf('{');
            filled.Append(brace < 0 ? rest : rest[..brace]);
            rest = brace < 0 ? default : rest[brace..];
            int end = rest.IndexOf('}') + 1;
            string? value = end == 0 ? null : ValueOf(rest[..end], values);
            if (value is not null)
            {
                filled.Append(value);
                rest = rest[end..];
            }
            else if (!rest.IsEmpty)
            {
                filled.Append('{');
                rest = rest[1..];
            }
        }

        return filled.ToString();
    }

    private static string? ValueOf(ReadOnlySpan<char> placeholder, in ReplyValues values) => placeholder switch
    {
        ReplyTemplate.Id => values.Id,
        ReplyTemplate.Client => values.Client.ToString(),
        ReplyTemplate.Sender => Printable(values.Sender),
        ReplyTemplate.Recipient => Printable(values.Recipient),
        _ => null,
    };

    /// <summary>An address as it may stand in a reply, which is ASCII (RFC 5321 §4.2.1); <c>&lt;&gt;</c> for the null one, and <c>-</c> where there is none.</summary>
    private static string Printable(MailPath? path)
    {
        if (path is null || path.IsNull)
        {
            return path is null ? "-" : "<>";
        }

        return string.Create(Math.Min(path.Bytes.Length, AddressCharsMax), path, static (target, source) =>
        {
            ReadOnlySpan<byte> bytes = source.Bytes.Span;
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = bytes[i] is >= (byte)' ' and <= (byte)'~' ? (char)bytes[i] : '?';
            }
        });
    }
}
