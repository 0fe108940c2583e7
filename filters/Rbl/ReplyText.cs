using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Makes what a list says fit for a reply.</summary>
internal static class ReplyText
{
    /// <summary>rblsmtpd cut there too; a reply line has 512 octets (RFC 5321 §4.5.3.1.5).</summary>
    public const int LengthMax = 200;

    /// <summary>The first TXT record, printable and cut; <c>null</c> when there is none.</summary>
    public static string? OfTxt(DnsAnswer answer)
    {
        for (int i = 0; i < answer.Records.Count; i++)
        {
            if (answer.Records[i] is DnsTxtRecord { Text.Length: > 0 } record)
            {
                return string.Create(Math.Min(record.Text.Length, LengthMax), record.Text, static (target, text) =>
                {
                    for (int i = 0; i < target.Length; i++)
                    {
                        // Nothing that a stranger's zone holds may end the reply line or colour a terminal.
                        byte b = text.Span[i];
                        target[i] = b is >= 32 and < 127 ? (char)b : '?';
                    }
                });
            }
        }

        return null;
    }

    /// <summary>The operator's text with what was looked up in place of <c>%IP%</c>; cut, because a name may be long.</summary>
    public static string OfTemplate(string template, string subject)
    {
        string text = template.Replace("%IP%", subject, StringComparison.Ordinal);
        return text.Length <= LengthMax ? text : text[..LengthMax];
    }
}
