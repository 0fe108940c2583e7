using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Net;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Mx;

/// <summary>Finds the mail hosts of a domain as RFC 5321 §5.1 has it. A temporary failure of the DNS never means "no MX".</summary>
/// <param name="dns">The resolver.</param>
/// <param name="random">Spreads load over hosts of equal preference; called from several threads.</param>
public sealed class MxResolver(IDnsResolver dns, Random random)
{
    /// <summary>Hosts beyond this many are left alone: nobody needs more, and a stranger's zone must not make us ask for ever.</summary>
    private const int HostsMax = 10;

    /// <summary>Finds the hosts.</summary>
    /// <param name="domain">Domain in lower-case A-labels, or an address literal with its brackets.</param>
    /// <param name="options">Who we are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<MxAnswer> ResolveAsync(string domain, MxOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(options);
        if (domain.StartsWith('['))
        {
            return Literal(domain, options);
        }

        DnsAnswer answer = await dns.ResolveAsync(domain, DnsRecordType.Mx, cancellationToken);
        switch (answer.Status)
        {
            case DnsStatus.NxDomain:
                return MxAnswer.Of(MxStatus.NoDomain);
            case DnsStatus.NoData:
                // RFC 5321 §5.1: without MX the domain itself is the mail host, with preference 0.
                return await ResolveHostsAsync([new DnsMxRecord(0, domain, TimeSpan.Zero)], options, cancellationToken);
            case DnsStatus.Found:
                List<DnsMxRecord> hosts = [.. answer.Records.OfType<DnsMxRecord>().Where(record => record.Exchange.Length > 0)];
                // RFC 7505 §3: a null MX stands alone; beside others it is ignored.
                return hosts.Count == 0 ? MxAnswer.Of(MxStatus.NullMx) : await ResolveHostsAsync(hosts, options, cancellationToken);
            default:
                return MxAnswer.Of(MxStatus.TemporaryFailure);
        }
    }

    private static MxAnswer Literal(string domain, MxOptions options)
    {
        if (!AddressLiteral.TryParse(System.Text.Encoding.ASCII.GetBytes(domain), out IPAddress? address))
        {
            return MxAnswer.Of(MxStatus.NoDomain);
        }

        IPAddress canonical = NetworkSet.Canonical(address);
        if (options.OwnAddresses.Contains(canonical))
        {
            return MxAnswer.Of(MxStatus.Loop);
        }

        return IsAllowed(canonical, options) ? new MxAnswer(MxStatus.Found, [new MxHost(domain, [canonical])]) : MxAnswer.Of(MxStatus.NoAddress);
    }

    private static bool IsAllowed(IPAddress address, MxOptions options) => options.AllowPrivateAddresses || !SpecialAddresses.Contains(address);

    private async ValueTask<MxAnswer> ResolveHostsAsync(List<DnsMxRecord> records, MxOptions options, CancellationToken cancellationToken)
    {
        List<(DnsMxRecord Record, int Tie)> ordered = [.. records.Select(record => (record, random.Next()))];
        ordered.Sort(static (x, y) => x.Record.Preference != y.Record.Preference ? x.Record.Preference.CompareTo(y.Record.Preference) : x.Tie.CompareTo(y.Tie));
        List<(MxHost Host, ushort Preference)> hosts = [];
        bool isUncertain = false;
        ushort? own = null;
        foreach ((DnsMxRecord record, _) in ordered)
        {
            if (hosts.Count == HostsMax || record.Preference > own)
            {
                break;
            }

            if (options.OwnNames.Contains(record.Exchange))
            {
                own = record.Preference;
                continue;
            }

            (List<IPAddress> addresses, bool isFailure) = await AddressesAsync(record.Exchange, cancellationToken);
            isUncertain |= isFailure;
            if (addresses.Exists(options.OwnAddresses.Contains))
            {
                own = record.Preference;
                continue;
            }

            addresses.RemoveAll(address => !IsAllowed(address, options));
            if (addresses.Count > 0)
            {
                hosts.Add((new MxHost(record.Exchange, addresses), record.Preference));
            }
        }

        // RFC 5321 §5.1: hosts of the same or a worse preference than our own must not be tried, or the message loops.
        hosts.RemoveAll(host => host.Preference >= own);
        if (hosts.Count > 0)
        {
            return new MxAnswer(MxStatus.Found, [.. hosts.Select(static host => host.Host)]);
        }

        return MxAnswer.Of(isUncertain ? MxStatus.TemporaryFailure : own is not null ? MxStatus.Loop : MxStatus.NoAddress);
    }

    private async ValueTask<(List<IPAddress> Addresses, bool IsFailure)> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        ValueTask<DnsAnswer> six = dns.ResolveAsync(host, DnsRecordType.Aaaa, cancellationToken);
        ValueTask<DnsAnswer> four = dns.ResolveAsync(host, DnsRecordType.A, cancellationToken);
        DnsAnswer aaaa = await six;
        DnsAnswer a = await four;
        List<IPAddress> addresses = [];
        foreach (DnsRecord record in aaaa.Records.Concat(a.Records))
        {
            if (record is DnsAddressRecord { Address: var address })
            {
                addresses.Add(NetworkSet.Canonical(address));
            }
        }

        bool isFailure = addresses.Count == 0 && !(aaaa.IsNegative && a.IsNegative);
        return (addresses, isFailure);
    }
}
