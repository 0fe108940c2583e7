using System.Net;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>Tells a stranger who calls himself by our name. Immutable.</summary>
internal sealed class OwnNames
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly IPAddress[] _addresses;
    private readonly bool _any;

    public OwnNames(IReadOnlyList<string> names)
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

        _names = new HashSet<string>(plain, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _addresses = [.. addresses];
        _any = names.Count > 0;
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
