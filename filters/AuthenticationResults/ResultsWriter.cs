using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>Writes the value of the field (RFC 8601 §2.2), in ASCII; it is folded where it is written. Nothing of a stranger stands there unquoted.</summary>
internal static class ResultsWriter
{
    private const int TextMax = 200;

    private static readonly SearchValues<char> AtomText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>The value.</summary>
    public static string Value(string authservId, Transaction transaction, Findings findings)
    {
        StringBuilder value = new(128);
        value.Append(authservId);
        if (findings.IsEmpty)
        {
            return value.Append("; none").ToString();
        }

        if (findings.Spf is { } spf)
        {
            AddSpf(value, transaction, spf);
            if (spf.Hello is not null)
            {
                AddSpf(value, transaction, spf.Hello);
            }
        }

        return value.ToString();
    }

    // RFC 8601 §2.7.2: smtp.mailfrom or smtp.helo says which identity it was.
    private static void AddSpf(StringBuilder value, Transaction transaction, SpfResult result)
    {
        value.Append("; spf=").Append(SpfStatusNames.Of(result.Status));
        if (result.Problem is not null)
        {
            AddQuoted(value.Append(" reason="), result.Problem);
        }
        else if (result.Source == SpfSource.LocalPolicy)
        {
            value.Append(" reason=\"local policy\"");
        }

        bool isMailFrom = result.Identity == SpfIdentity.MailFrom;
        value.Append(isMailFrom ? " smtp.mailfrom=" : " smtp.helo=");
        string domain = result.Domain;
        if (!IsPlain(domain))
        {
            AddQuoted(value, domain);
            return;
        }

        // The whole address where it can be written as it is (RFC 8601 §2.2, pvalue), else its domain, which is what was checked.
        MailPath path = transaction.ReversePath;
        string? local = isMailFrom && path.IsAscii ? Encoding.ASCII.GetString(path.LocalPart) : null;
        if (local is not null && IsPlain(local))
        {
            value.Append(local).Append('@');
        }

        value.Append(domain);
    }

    private static bool IsPlain(string text) => text.Length is > 0 and <= TextMax && !text.AsSpan().ContainsAnyExcept(AtomText);

    private static void AddQuoted(StringBuilder value, string text)
    {
        value.Append('"');
        foreach (char c in text.Length > TextMax ? text.AsSpan(0, TextMax) : text)
        {
            if (c is '"' or '\\')
            {
                value.Append('\\');
            }

            value.Append(c is >= ' ' and <= '~' ? c : '?');
        }

        value.Append('"');
    }
}
