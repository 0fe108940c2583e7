using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Sorts the lines of a badmailfrom file by their kind.</summary>
/// <param name="errors">Takes what is wrong, each with its line.</param>
internal sealed class BadSenderLines(ICollection<string> errors)
{
    /// <summary>Addresses and <c>@domain</c>s by <see cref="MailPathEntry.KeyOf"/>, with what is said of them.</summary>
    public Dictionary<string, BadSenderKinds> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Hosts and domains of kind <c>~</c>.</summary>
    public HashSet<string> Hosts { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything else, in order: exact lines and patterns.</summary>
    public List<string> Plain { get; } = [];

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        if (line.StartsWith('~'))
        {
            AddHost(line);
        }
        else if (line.StartsWith('?') && TryAdd(line[1..], BadSenderKinds.Exempt))
        {
            // Anything behind it that is no address is a pattern that begins with any one character.
        }
        else if (KindOf(line) is var kind && kind != BadSenderKinds.None && TryAdd(line[..^1], kind))
        {
            // An address cannot end in these, so nothing else is meant.
        }
        else
        {
            Plain.Add(line);
        }
    }

    private static BadSenderKinds KindOf(string line) => line switch
    {
        ['!', ..] => BadSenderKinds.None,
        [.., '+'] => BadSenderKinds.OwnClientsOnly,
        [.., '-'] => BadSenderKinds.NamedClientsOnly,
        [.., '='] => BadSenderKinds.OwnHostsOnly,
        _ => BadSenderKinds.None,
    };

    private bool TryAdd(string text, BadSenderKinds kind)
    {
        if (MailPathEntry.KeyOf(text) is not { } key)
        {
            return false;
        }

        Entries.TryGetValue(key, out BadSenderKinds known);
        Entries[key] = known | kind;
        return true;
    }

    private void AddHost(string line)
    {
        if (DomainName.ToALabel(line[1..].TrimStart('.')) is { } host)
        {
            Hosts.Add(host);
        }
        else
        {
            errors.Add($"'{line}': is no host name");
        }
    }
}
