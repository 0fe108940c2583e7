using System.Net;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Filters.Recipients.Smtp;

/// <summary>Finds the addresses of a host.</summary>
/// <param name="dns">The resolver; it caches.</param>
/// <param name="host">A name, or an address.</param>
internal sealed class HostAddresses(IDnsResolver dns, string host)
{
    private readonly IPAddress? _literal = IPAddress.TryParse(host, out IPAddress? address) ? address : null;

    /// <summary>All addresses, IPv6 first; none when there are none or the DNS does not say.</summary>
    public async ValueTask<IReadOnlyList<IPAddress>> FindAsync(CancellationToken cancellationToken)
    {
        if (_literal is not null)
        {
            return [_literal];
        }

        List<IPAddress> found = [];
        foreach (DnsRecordType type in (DnsRecordType[])[DnsRecordType.Aaaa, DnsRecordType.A])
        {
            DnsAnswer answer = await dns.ResolveAsync(host, type, cancellationToken).ConfigureAwait(false);
            found.AddRange(answer.Records.OfType<DnsAddressRecord>().Select(static record => record.Address));
        }

        return found;
    }
}
