using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>A badmailfrom list: what it says of senders and of clients. Immutable.</summary>
internal sealed class BadSenderList
{
    private readonly Dictionary<string, BadSenderKinds>.AlternateLookup<ReadOnlySpan<char>> _entries;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _hosts;

    private BadSenderList(BadSenderLines lines, MailPathList plain)
    {
        _entries = lines.Entries.GetAlternateLookup<ReadOnlySpan<char>>();
        _hosts = lines.Hosts.GetAlternateLookup<ReadOnlySpan<char>>();
        HasHosts = lines.Hosts.Count > 0;
        Plain = plain;
    }

    /// <summary>Whether there are lines of kind <c>~</c>, for which every client has to be looked up.</summary>
    public bool HasHosts { get; }

    /// <summary>The lines that name senders and nothing more.</summary>
    public MailPathList Plain { get; }

    /// <summary>Reads a list.</summary>
    /// <param name="lines">Lines without comments.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static BadSenderList Parse(IEnumerable<string> lines, ICollection<string> errors)
    {
        BadSenderLines read = new(errors);
        foreach (string line in lines)
        {
            read.Add(line);
        }

        return new BadSenderList(read, MailPathList.Parse(read.Plain, errors));
    }

    /// <summary>What the lines with a sign say of a sender: those of its address and those of its domain together.</summary>
    public BadSenderKinds Find(MailPath sender)
    {
        if (_entries.Dictionary.Count == 0 || sender.DomainALabel.Length == 0)
        {
            return BadSenderKinds.None;
        }

        _entries.TryGetValue(sender.Key, out BadSenderKinds address);
        _entries.TryGetValue(MailPathEntry.DomainKeyOf(sender), out BadSenderKinds domain);
        return address | domain;
    }

    /// <summary>Whether a line of kind <c>~</c> names the client or a domain that it is in.</summary>
    public bool NamesHost(ReadOnlySpan<char> host)
    {
        while (true)
        {
            if (_hosts.Contains(host))
            {
                return true;
            }

            int dot = host.IndexOf('.');
            if (dot < 0)
            {
                return false;
            }

            host = host[(dot + 1)..];
        }
    }
}
