using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Zones;

/// <summary>
/// Records from a zone file (RFC 1035 §5.1): <c>$ORIGIN</c>, <c>$TTL</c>, and A, AAAA, MX, TXT, PTR and CNAME. Records of other types only make their names exist.
/// A type of our own, FAIL, makes every question about a name fail, to try out what becomes of a DNS that does not answer.
/// </summary>
public sealed class ZoneFile
{
    private const string FailType = "FAIL";

    private readonly List<string> _errors = [];
    private readonly Dictionary<string, List<DnsRecord>> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private string _origin = string.Empty;
    private string _owner = string.Empty;
    private TimeSpan _ttl = TimeSpan.FromHours(1);

    private ZoneFile()
    {
    }

    /// <summary>What is wrong, each with its line; a file with errors is not to be used.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Names with their records; a name may have none.</summary>
    internal IReadOnlyDictionary<string, List<DnsRecord>> Records => _records;

    /// <summary>Aliases (RFC 1034 §3.6.2).</summary>
    internal IReadOnlyDictionary<string, string> Aliases => _aliases;

    /// <summary>Names about which every question fails.</summary>
    internal IReadOnlySet<string> Failing => _failing;

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text; names outside ASCII may be U-labels.</param>
    public static ZoneFile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ZoneFile zone = new();
        foreach (ZoneLine line in new ZoneLexer(text).Read())
        {
            if (zone.Add(line) is { } error)
            {
                zone._errors.Add(string.Create(CultureInfo.InvariantCulture, $"line {line.Number}: {error}"));
            }
        }

        return zone;
    }

    private string? Add(ZoneLine line)
    {
        IReadOnlyList<ZoneToken> tokens = line.Tokens;
        if (line.HasOwner && !tokens[0].IsQuoted && tokens[0].Text.StartsWith('$'))
        {
            return Direct(tokens);
        }

        int at = 0;
        if (line.HasOwner && !TryName(tokens[at++].Text, out _owner))
        {
            return $"'{tokens[0].Text}' is no name";
        }

        // RFC 1035 §5.1: TTL and class in either order, both optional.
        TimeSpan ttl = _ttl;
        for (; at < tokens.Count && !tokens[at].IsQuoted; at++)
        {
            if (uint.TryParse(tokens[at].Text, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds))
            {
                ttl = TimeSpan.FromSeconds(seconds);
            }
            else if (!tokens[at].Text.Equals("IN", StringComparison.OrdinalIgnoreCase))
            {
                break;
            }
        }

        return at >= tokens.Count || tokens[at].IsQuoted ? "the type is missing" : AddRecord(tokens[at].Text.ToUpperInvariant(), [.. tokens.Skip(at + 1)], ttl);
    }

    private string? Direct(IReadOnlyList<ZoneToken> tokens)
    {
        string argument = tokens.Count > 1 ? tokens[1].Text : string.Empty;
        switch (tokens[0].Text.ToUpperInvariant())
        {
            case "$ORIGIN":
                return TryName(argument, out _origin) ? null : $"'{argument}' is no name";
            case "$TTL" when uint.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds):
                _ttl = TimeSpan.FromSeconds(seconds);
                return null;
            default:
                return $"'{tokens[0].Text}' is not known, or lacks its argument";
        }
    }

    private string? AddRecord(string type, IReadOnlyList<ZoneToken> data, TimeSpan ttl)
    {
        List<DnsRecord> records = RecordsOf(_owner);
        string first = data.Count > 0 ? data[0].Text : string.Empty;
        switch (type)
        {
            case FailType:
                _failing.Add(_owner);
                return null;
            case "A" or "AAAA":
                bool isAddress = IPAddress.TryParse(first, out IPAddress? address) && address.AddressFamily == (type == "A" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
                return isAddress ? Keep(records, new DnsAddressRecord(address!, ttl)) : $"'{first}' is no address for {type}";
            case "TXT":
                byte[] text = Encoding.Latin1.GetBytes(string.Concat(data.Select(static part => part.Text)));
                return data.Count > 0 ? Keep(records, new DnsTxtRecord(text, ttl)) : "TXT without text";
            case "MX":
                return data.Count == 2 && ushort.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out ushort preference) && TryName(data[1].Text, out string exchange)
                    ? Keep(records, new DnsMxRecord(preference, exchange, ttl))
                    : "MX needs a preference and a name";
            case "PTR":
                return TryName(first, out string pointer) ? Keep(records, new DnsNameRecord(pointer, ttl)) : $"'{first}' is no name";
            case "CNAME":
                return TryName(first, out string target) && _aliases.TryAdd(_owner, target) ? null : $"'{first}' is no name, or the second alias of one";
            default:
                return null;
        }
    }

    private List<DnsRecord> RecordsOf(string name)
    {
        if (!_records.TryGetValue(name, out List<DnsRecord>? records))
        {
            _records.Add(name, records = []);
        }

        return records;
    }

    private static string? Keep(List<DnsRecord> records, DnsRecord record)
    {
        records.Add(record);
        return null;
    }

    /// <summary>A name in the form that questions have; relative to the origin unless it ends in a dot.</summary>
    private bool TryName(string text, out string name)
    {
        name = string.Empty;
        if (text is "@" or ".")
        {
            name = text == "@" ? _origin : string.Empty;
            return true;
        }

        string absolute = text.EndsWith('.') || _origin.Length == 0 ? text : $"{text}.{_origin}";
        return DnsName.TryNormalize(Protocol.Addresses.DomainName.ToALabel(absolute) ?? absolute, out name);
    }
}
