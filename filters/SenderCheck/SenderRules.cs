using System.Globalization;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>
/// Reads qmail's mailfromrules: <c>key&amp;address,address</c> or <c>key:address,address</c>. Keys name clients, by address, by a prefix of it, by a range of its last number, by host name;
/// no addresses means any. Immutable once read.
/// </summary>
internal sealed class SenderRules : ISenderRules
{
    private const int OctetMax = 255;

    private readonly Dictionary<string, List<string>> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private SenderRules() => _lookup = _rules.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <inheritdoc />
    public bool HasHosts { get; private set; }

    /// <summary>Every key with its addresses.</summary>
    public IReadOnlyDictionary<string, List<string>> All => _rules;

    /// <summary>Reads rules.</summary>
    /// <param name="lines">Lines without comments.</param>
    /// <param name="errors">Takes what is wrong, each with its line.</param>
    public static SenderRules Parse(IEnumerable<string> lines, ICollection<string> errors)
    {
        SenderRules rules = new();
        foreach (string line in lines)
        {
            if (rules.Add(line.ToLowerInvariant()) is { } error)
            {
                errors.Add($"'{line}': {error}");
            }
        }

        return rules;
    }

    /// <inheritdoc />
    public bool Allows(ReadOnlySpan<char> key, ReadOnlySpan<char> sender)
    {
        if (!_lookup.TryGetValue(key, out List<string>? addresses))
        {
            return false;
        }

        foreach (string address in addresses)
        {
            if (SenderPattern.Covers(address, sender))
            {
                return true;
            }
        }

        return addresses.Count == 0;
    }

    private string? Add(string line)
    {
        // An address of IPv6 has colons itself, so the one that separates is the last, where no ampersand says it better.
        int separator = line.Contains('&', StringComparison.Ordinal) ? line.IndexOf('&', StringComparison.Ordinal) : line.LastIndexOf(':');
        if (separator < 0)
        {
            return "needs '&' or ':' between client and addresses";
        }

        string key = line[..separator].Trim();
        List<string> addresses = [];
        foreach (string address in line[(separator + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            addresses.Add(SenderPattern.Canonical(address));
        }

        return Add(key, addresses);
    }

    private string? Add(string key, List<string> addresses)
    {
        if (key.StartsWith('='))
        {
            HasHosts = true;
            _rules[key.TrimEnd('.')] = addresses;
            return null;
        }

        if (key.Contains('@', StringComparison.Ordinal))
        {
            return "names a user, and this server has no AUTH: use an address or =host";
        }

        if (key.Contains('-', StringComparison.Ordinal))
        {
            return AddRange(key, addresses);
        }

        if (ClientKey.Canonical(key) is not { } canonical)
        {
            return $"'{key}' is no address, no prefix of one that ends in '.' or ':', and no =host";
        }

        _rules[canonical] = addresses;
        return null;
    }

    private string? AddRange(string key, List<string> addresses)
    {
        int dash = key.IndexOf('-', StringComparison.Ordinal);
        int dot = key.LastIndexOf('.', dash) + 1;
        int end = key.IndexOf('.', dash) is var next && next < 0 ? key.Length : next;
        if (!TryOctet(key.AsSpan(dot, dash - dot), out int first) || !TryOctet(key.AsSpan(dash + 1, end - dash - 1), out int last) || first > last)
        {
            return $"'{key}' is no range of addresses";
        }

        for (int i = first; i <= last; i++)
        {
            if (ClientKey.Canonical(string.Create(CultureInfo.InvariantCulture, $"{key.AsSpan(0, dot)}{i}{key.AsSpan(end)}")) is not { } canonical)
            {
                return $"'{key}' is no range of addresses";
            }

            _rules[canonical] = addresses;
        }

        return null;
    }

    private static bool TryOctet(ReadOnlySpan<char> text, out int octet) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out octet) && octet <= OctetMax;
}
