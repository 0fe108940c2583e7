using System.Net;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>Tells a stranger who calls himself by our name. Immutable.</summary>
internal sealed class OwnNames
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly IPAddress[] _addresses;
    private readonly bool _any;

    /// <summary>Puts the names together.</summary>
    /// <param name="names">Names and address literals.</param>
    /// <param name="host">This host, when its names are ours to guard; <c>null</c> otherwise.</param>
    public OwnNames(IReadOnlyList<string> names, FilterHost? host)
    {
        List<string> plain = [];
        List<IPAddress> addresses = [];
        foreach (string name in names)
        {
            if (HeloName.TryLiteral(name, out IPAddress? address))
            {
                addresses.Add(address!);
            }
            else
            {
                plain.Add(name.TrimEnd('.'));
            }
        }

        if (host is not null)
        {
            plain.Add(host.Hostname);
            plain.AddRange(host.OwnNames);
        }

        _names = new HashSet<string>(plain, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _addresses = [.. addresses];
        _any = names.Count > 0 || host is not null;
    }

    /// <summary>Whether the name is ours and the client is not.</summary>
    public bool IsForged(Session session, ReadOnlySpan<char> name, IPAddress? literal)
    {
        if (!_any || session.Client.Address.Equals(session.Local.Address))
        {
            return false;
        }

        return literal is null
            ? _names.Contains(name)
            : literal.Equals(session.Local.Address) || (Array.IndexOf(_addresses, literal) >= 0 && !literal.Equals(session.Client.Address));
    }
}
