using System.Net.Sockets;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Zones;

/// <summary>Answers from a zone file alone, and asks nobody: for trying out records before they are published. Thread-safe.</summary>
/// <param name="zone">A file without errors.</param>
public sealed class ZoneResolver(ZoneFile zone) : IDnsResolver
{
    private const int AliasHopsMax = 8;

    /// <inheritdoc />
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<DnsAnswer>(DnsName.TryNormalize(name, out string normalized) ? Answer(normalized, type) : Negative(DnsStatus.NxDomain));
    }

    private DnsAnswer Answer(string name, DnsRecordType type)
    {
        // RFC 1034 §3.6.2: a loop of aliases is an error.
        for (int hop = 0; hop <= AliasHopsMax; hop++)
        {
            if (zone.Failing.Contains(name))
            {
                return DnsAnswer.TemporaryFailure;
            }

            if (!zone.Records.TryGetValue(name, out List<DnsRecord>? records))
            {
                return Negative(HasNamesBelow(name) ? DnsStatus.NoData : DnsStatus.NxDomain);
            }

            DnsRecord[] found = [.. records.Where(record => IsOf(record, type))];
            if (found.Length > 0)
            {
                return new DnsAnswer(DnsStatus.Found, found, found.Min(static record => record.Ttl), false);
            }

            if (type == DnsRecordType.Cname || !zone.Aliases.TryGetValue(name, out string? target))
            {
                return Negative(DnsStatus.NoData);
            }

            name = target;
        }

        return DnsAnswer.TemporaryFailure;
    }

    private bool HasNamesBelow(string name) => zone.Records.Keys.Any(other => other.EndsWith($".{name}", StringComparison.Ordinal));

    private static DnsAnswer Negative(DnsStatus status) => new(status, [], TimeSpan.Zero, false);

    private static bool IsOf(DnsRecord record, DnsRecordType type) => record switch
    {
        DnsAddressRecord address => type == (address.Address.AddressFamily == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa),
        DnsMxRecord => type == DnsRecordType.Mx,
        DnsTxtRecord => type == DnsRecordType.Txt,
        _ => type == DnsRecordType.Ptr,
    };
}
