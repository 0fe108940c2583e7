using System.Net;
using System.Text;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rspamd.Http;

/// <summary>What rspamd is told of a message beside its content.</summary>
internal static class RspamdRequest
{
    // A request field must stay within what the HTTP parser of rspamd takes.
    private const int RecipientsMax = 200;
    private const int ValueCharsMax = 1_000;

    /// <summary>The fields of a request.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="recipients">The recipients for whom is asked.</param>
    /// <param name="settingsId">The settings that count for them.</param>
    /// <param name="host">Our name.</param>
    public static List<KeyValuePair<string, string>> FieldsOf(Transaction transaction, IEnumerable<Recipient> recipients, string? settingsId, string host)
    {
        Session session = transaction.Session;
        List<KeyValuePair<string, string>> fields =
        [
            new("IP", AddressOf(session.Client.Address)),
            new("From", $"<{transaction.ReversePath}>"),
            new("Rcpt", string.Join(", ", recipients.Take(RecipientsMax).Select(static recipient => $"<{recipient.ForwardPath}>"))),
            new("Queue-Id", transaction.Id),
            new("MTA-Name", host),
            new("MTA-Tag", session.Listener),
        ];
        Add(fields, "Helo", session.Hello);
        Add(fields, "Hostname", session.ClientName);
        Add(fields, "User", session.AuthenticatedUser);
        Add(fields, "TLS-Version", session.Tls?.Protocol);
        Add(fields, "TLS-Cipher", session.Tls?.CipherSuite);
        Add(fields, "Settings-ID", settingsId);
        return [.. fields.Select(static field => KeyValuePair.Create(field.Key, Clean(field.Value, field.Key == "Rcpt" ? int.MaxValue : ValueCharsMax)))];
    }

    private static void Add(List<KeyValuePair<string, string>> fields, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            fields.Add(new(name, value));
        }
    }

    /// <summary>An address without a scope, which means something on this machine alone.</summary>
    private static string AddressOf(IPAddress address) => new IPAddress(address.IsIPv4MappedToIPv6 ? address.MapToIPv4().GetAddressBytes() : address.GetAddressBytes()).ToString();

    /// <summary>What a stranger chose must not end a field, nor make it longer than any other.</summary>
    private static string Clean(string value, int charsMax)
    {
        StringBuilder clean = new(Math.Min(value.Length, charsMax));
        foreach (char c in value.AsSpan(0, Math.Min(value.Length, charsMax)))
        {
            clean.Append(char.IsControl(c) ? '?' : c);
        }

        return clean.ToString();
    }
}
