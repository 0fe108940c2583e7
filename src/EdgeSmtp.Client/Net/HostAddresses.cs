using System.Net;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Client.Net;

/// <summary>Finds the addresses of a host. Thread-safe.</summary>
/// <param name="dns">The resolver; it caches.</param>
/// <param name="host">A name, or an address. <c>localhost</c> is this machine, whatever the DNS says (RFC 6761 §6.3).</param>
public sealed class HostAddresses(IDnsResolver dns, string host)
{
    private readonly IPAddress[]? _known = Known(host);

    /// <summary>All addresses, IPv6 first; none when there are none or the DNS does not say.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<IPAddress>> FindAsync(CancellationToken cancellationToken)
    {
        if (_known is not null)
        {
            return _known;
        }

        List<IPAddress> found = [];
        foreach (DnsRecordType type in (DnsRecordType[])[DnsRecordType.Aaaa, DnsRecordType.A])
        {
            DnsAnswer answer = await dns.ResolveAsync(host, type, cancellationToken).ConfigureAwait(false);
            found.AddRange(answer.Records.OfType<DnsAddressRecord>().Select(static record => record.Address));
        }

        return found;
    }

    private static IPAddress[]? Known(string host) =>
        IPAddress.TryParse(host, out IPAddress? literal) ? [literal]
        : string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.IPv6Loopback, IPAddress.Loopback]
        : null;
}
