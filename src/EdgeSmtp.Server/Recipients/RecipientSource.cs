using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Server.Recipients;

/// <summary>Reads lists of recipients for <c>edgesmtp recipients build</c>: the keys of the cdb, and everything that is wrong.</summary>
internal static class RecipientSource
{
    private const char AssignExact = '=';
    private const char AssignPrefix = '+';
    private const int AssignFields = 8;

    /// <summary>Reads one address a line, as Spamcontrol's <c>users/recipients</c> has them. <c>#</c> begins a comment.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="errors">Takes what is wrong, each with its line number.</param>
    public static IEnumerable<string> ReadAddresses(IEnumerable<string> lines, ICollection<string> errors)
    {
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (Canonical(text) is { } address)
            {
                yield return address;
            }
            else
            {
                errors.Add($"{number}: '{text}' is not an address");
            }
        }
    }

    /// <summary>
    /// Reads qmail's <c>users/assign</c>: <c>=local:user:uid:gid:home:dash:ext:</c> is an address in each domain; <c>+local-:…</c> is every extension of it, which qmail mode
    /// finds under <c>local-@domain</c>; a line with a dot ends the file.
    /// </summary>
    /// <param name="lines">The lines.</param>
    /// <param name="domains">The domains whose mail these users get.</param>
    /// <param name="errors">Takes what is wrong, each with its line number.</param>
    public static IEnumerable<string> ReadAssign(IEnumerable<string> lines, IReadOnlyList<string> domains, ICollection<string> errors)
    {
        int number = 0;
        bool ended = false;
        foreach (string line in lines)
        {
            number++;
            if (line is ".")
            {
                ended = true;
                break;
            }

            string? local = LocalOf(line, out string? error);
            if (local is null)
            {
                errors.Add($"{number}: {error}");
                continue;
            }

            foreach (string domain in domains)
            {
                if (Canonical($"{local}@{domain}") is { } address)
                {
                    yield return address;
                }
                else
                {
                    errors.Add($"{number}: '{local}@{domain}' is not an address");
                }
            }
        }

        if (!ended)
        {
            // qmail-newu refuses such a file, too: it may have been cut short.
            errors.Add($"{number + 1}: the file must end with a line that holds a dot alone");
        }
    }

    private static string? LocalOf(string line, out string? error)
    {
        string[] fields = line.Split(':');
        error = "must be '=local:user:uid:gid:home:dash:ext:' or '+local:user:uid:gid:home:dash:pre:'";
        if (fields.Length < AssignFields || fields[0].Length == 0 || fields[0][0] is not (AssignExact or AssignPrefix))
        {
            return null;
        }

        string local = fields[0][1..];
        if (fields[0][0] == AssignExact)
        {
            return local;
        }

        if (local.Length > 0 && local.IndexOf('-', StringComparison.Ordinal) == local.Length - 1)
        {
            return local;
        }

        error = $"'{fields[0]}' stands for addresses that no key can stand for: only a prefix that ends in its first hyphen can";
        return null;
    }

    /// <summary>The key of look-ups: lower-case local part, domain in lower-case A-labels.</summary>
    private static string? Canonical(string text) =>
        MailPathParser.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out MailPath path) == PathError.None && path.DomainALabel.Length > 0 && !path.IsNull
            ? path.Key
            : null;
}
