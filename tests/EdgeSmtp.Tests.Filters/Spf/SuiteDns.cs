using System.Globalization;
using System.Net;
using System.Text;
using EdgeSmtp.Abstractions.Dns;
using YamlDotNet.RepresentationModel;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>The zones of one scenario: SPF records count as TXT unless TXT is given too, TIMEOUT fails every question that no record before it answers.</summary>
internal sealed class SuiteDns : IDnsResolver
{
    private const string Timeout = "TIMEOUT";

    private readonly Dictionary<string, List<(string Type, YamlNode? Value)>> _zone = new(StringComparer.OrdinalIgnoreCase);

    public static SuiteDns Of(YamlMappingNode zonedata)
    {
        SuiteDns dns = new();
        foreach ((YamlNode name, YamlNode records) in zonedata.Children)
        {
            List<(string, YamlNode?)> list = [];
            foreach (YamlNode record in (YamlSequenceNode)records)
            {
                if (record is YamlMappingNode map)
                {
                    list.AddRange(map.Children.Select(static entry => (entry.Key.ToString(), (YamlNode?)entry.Value)));
                }
                else
                {
                    list.Add((record.ToString(), null));
                }
            }

            bool hasTxt = list.Any(static record => record.Item1 == "TXT");
            dns._zone.Add(name.ToString().TrimEnd('.'), [.. list
                .Where(record => record.Item1 != "SPF" || !hasTxt)
                .Select(static record => record.Item1 == "SPF" ? ("TXT", record.Item2) : record)]);
        }

        return dns;
    }

    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => new(Answer(name.TrimEnd('.'), type));

    private DnsAnswer Answer(string name, DnsRecordType type)
    {
        // RFC 1034 §3.6.2: a loop of aliases is an error.
        for (int alias = 0; alias < 8; alias++)
        {
            if (!_zone.TryGetValue(name, out List<(string Type, YamlNode? Value)>? records))
            {
                return Negative(DnsStatus.NxDomain);
            }

            DnsRecord[] found =
            [
                .. records.Where(record => record.Value is not null && !IsNone(record.Value) && record.Type.Equals(type.ToString(), StringComparison.OrdinalIgnoreCase))
                    .Select(record => Record(type, record.Value!)),
            ];
            if (found.Length > 0)
            {
                return new DnsAnswer(DnsStatus.Found, found, TimeSpan.Zero, false);
            }

            if (records.Any(static record => record.Type == Timeout))
            {
                return DnsAnswer.TemporaryFailure;
            }

            if (records.FirstOrDefault(static record => record.Type == "CNAME").Value is not { } target)
            {
                return Negative(DnsStatus.NoData);
            }

            name = target.ToString().TrimEnd('.');
        }

        return DnsAnswer.TemporaryFailure;
    }

    private static DnsAnswer Negative(DnsStatus status) => new(status, [], TimeSpan.Zero, false);

    private static bool IsNone(YamlNode value) => value is YamlScalarNode { Value: "NONE" };

    private static DnsRecord Record(DnsRecordType type, YamlNode value) => type switch
    {
        DnsRecordType.A or DnsRecordType.Aaaa => new DnsAddressRecord(IPAddress.Parse(value.ToString()), TimeSpan.Zero),
        DnsRecordType.Mx => new DnsMxRecord(ushort.Parse(value[0].ToString(), CultureInfo.InvariantCulture), ((YamlScalarNode)value[1]).Value!.TrimEnd('.'), TimeSpan.Zero),
        DnsRecordType.Txt => new DnsTxtRecord(Encoding.Latin1.GetBytes(Joined(value)), TimeSpan.Zero),
        _ => new DnsNameRecord(value.ToString().TrimEnd('.').ToLowerInvariant(), TimeSpan.Zero),
    };

    private static string Joined(YamlNode value) => value is YamlSequenceNode parts
        ? string.Concat(parts.Select(static part => ((YamlScalarNode)part).Value))
        : ((YamlScalarNode)value).Value!;
}
