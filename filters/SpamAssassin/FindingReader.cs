using System.Text;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>Makes a finding of an answer: what goes into a header field is cut to what can stand in one, whatever spamd sent.</summary>
internal static class FindingReader
{
    private const int TextCharsMax = 4 * 1024;
    private const int FieldsMax = 32;

    /// <summary>Reads an answer that says yes.</summary>
    public static SpamFinding Read(SpamdReply reply, SpamdCommand command) => new(
        reply.IsSpam,
        reply.Score,
        reply.Required,
        command == SpamdCommand.Symbols ? Tests(reply.Body.Span) : string.Empty,
        command == SpamdCommand.Report ? Line(reply.Body.Span) : string.Empty,
        command >= SpamdCommand.Headers ? Fields(reply.Body.Span) : []);

    /// <summary>
    /// Whether spamd came to the end of its rules, so that it would find the same again. What it has by its <c>time_limit</c> depends on what else it had to do; the answer to CHECK does not
    /// say which of the two it is.
    /// </summary>
    public static bool IsWhole(SpamdReply reply, SpamdCommand command) => command != SpamdCommand.Check && reply.Body.Span.IndexOf("TIME_LIMIT_EXCEEDED"u8) < 0;

    /// <summary>Rules have names of letters, digits and underscores.</summary>
    private static string Tests(ReadOnlySpan<byte> body)
    {
        StringBuilder tests = new();
        foreach (byte b in body[..Math.Min(body.Length, TextCharsMax)])
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)',')
            {
                tests.Append((char)b);
            }
        }

        return tests.ToString();
    }

    /// <summary>Any text in one line: what is no letter becomes a space, and many spaces one, so that it can be folded anywhere.</summary>
    private static string Line(ReadOnlySpan<byte> text)
    {
        StringBuilder line = new();
        foreach (char c in Encoding.UTF8.GetString(text[..Math.Min(text.Length, TextCharsMax)]))
        {
            bool isBlank = char.IsControl(c) || char.IsWhiteSpace(c) || char.IsSurrogate(c);
            if (!isBlank || (line.Length > 0 && line[^1] != ' '))
            {
                line.Append(isBlank ? ' ' : c);
            }
        }

        return line.ToString().TrimEnd();
    }

    private static List<SpamField> Fields(ReadOnlySpan<byte> header)
    {
        List<SpamField> fields = [];
        foreach (HeaderFieldView field in new HeaderFields(header))
        {
            string name = Encoding.ASCII.GetString(field.Name);
            if (fields.Count < FieldsMax && name.StartsWith(SpamTag.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                string value = Line(field.RawValue);
                if (HeaderField.TryFold(name, value, out _))
                {
                    fields.Add(new SpamField(name, value));
                }
            }
        }

        return fields;
    }
}
