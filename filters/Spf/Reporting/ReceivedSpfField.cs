using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.Spf.Reporting;

/// <summary>Writes the value of a Received-SPF field (RFC 7208 §9.1), in ASCII; it is folded where it is written. Nothing of a stranger stands there unquoted.</summary>
internal static class ReceivedSpfField
{
    public const string Name = "Received-SPF";

    private const int ValueMax = 400;

    private static readonly System.Buffers.SearchValues<char> AtomText =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>The value.</summary>
    public static string Value(string receiver, Transaction transaction, SpfResult result)
    {
        Session session = transaction.Session;
        StringBuilder value = new(256);
        value.Append(SpfStatusNames.Of(result.Status));
        value.Append(" (").Append(Comment(receiver)).Append(": ").Append(Comment(Words(session, result))).Append(')');
        Add(value, " ", "receiver", receiver);
        Add(value, "; ", "client-ip", session.Client.Address.ToString());
        Add(value, "; ", "envelope-from", transaction.ReversePath.ToString());
        Add(value, "; ", "helo", session.Hello ?? string.Empty);
        Add(value, "; ", "identity", result.Identity == SpfIdentity.MailFrom ? "mailfrom" : "helo");
        if (result.Mechanism is not null)
        {
            Add(value, "; ", "mechanism", result.Mechanism);
        }

        if (result.Problem is not null)
        {
            Add(value, "; ", "problem", result.Problem);
        }

        return value.ToString();
    }

    private static string Words(Session session, SpfResult result)
    {
        string client = session.Client.Address.ToString();
        string domain = result.Domain.Length == 0 ? "the sender" : $"domain of {result.Domain}";
        string words = result.Status switch
        {
            SpfStatus.Pass => $"{domain} designates {client} as permitted sender",
            SpfStatus.Fail => $"{domain} does not designate {client} as permitted sender",
            SpfStatus.SoftFail => $"transitioning {domain} does not designate {client} as permitted sender",
            SpfStatus.Neutral => $"{client} is neither permitted nor denied by {domain}",
            SpfStatus.TempError => $"no answer from the DNS for {domain}",
            SpfStatus.PermError => $"the record of {domain} is in error",
            _ when result.Guess is { } guess => $"{domain} has no record; best guess: {SpfStatusNames.Of(guess)}",
            _ => $"{domain} has no record",
        };
        return result.Source == SpfSource.LocalPolicy ? $"{words}, by local policy" : words;
    }

    private static void Add(StringBuilder value, string before, string key, string text)
    {
        value.Append(before).Append(key).Append('=');
        if (IsDotAtom(text))
        {
            value.Append(text);
            return;
        }

        // RFC 5322 §3.2.4.
        value.Append('"');
        foreach (char c in text.Length > ValueMax ? text.AsSpan(0, ValueMax) : text)
        {
            if (c is '"' or '\\')
            {
                value.Append('\\');
            }

            value.Append(c is >= ' ' and <= '~' ? c : '?');
        }

        value.Append('"');
    }

    // RFC 5322 §3.2.3; the client's address in IPv6 form is none.
    private static bool IsDotAtom(string text) =>
        text.Length is > 0 and <= ValueMax && text[0] != '.' && text[^1] != '.' && !text.Contains("..", StringComparison.Ordinal)
        && !text.AsSpan().ContainsAnyExcept(AtomText);

    // RFC 5322 §3.2.2: parentheses and backslashes would open and close comments.
    private static string Comment(string text)
    {
        ReadOnlySpan<char> cut = text.Length > ValueMax ? text.AsSpan(0, ValueMax) : text;
        return string.Create(cut.Length, cut, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = source[i] is >= ' ' and <= '~' and not ('(' or ')' or '\\') ? source[i] : '?';
            }
        });
    }
}
