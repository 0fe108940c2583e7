using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Toolkit.Lookups;

/// <summary>Whether a name belongs to a client both ways: its address points to the name, and the name to its address.</summary>
public static class ForwardConfirmation
{
    /// <summary>Asks both ways.</summary>
    /// <param name="dns">The resolver.</param>
    /// <param name="client">The address of the client.</param>
    /// <param name="name">The name it claims, in A-labels.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="DnsStatus.Found"/> when both hold, <see cref="DnsStatus.NoData"/> when one certainly does not, <see cref="DnsStatus.TemporaryFailure"/> when the DNS does not say.</returns>
    public static async ValueTask<DnsStatus> ConfirmAsync(IDnsResolver dns, IPAddress client, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dns);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(name);
        DnsAnswer pointers = await dns.ResolveAsync(ReverseName.Pointer(client), DnsRecordType.Ptr, cancellationToken).ConfigureAwait(false);
        if (!PointsTo(pointers, name))
        {
            return IsUnknown(pointers) ? DnsStatus.TemporaryFailure : DnsStatus.NoData;
        }

        bool isV4 = client.AddressFamily == AddressFamily.InterNetwork || client.IsIPv4MappedToIPv6;
        DnsAnswer addresses = await dns.ResolveAsync(name, isV4 ? DnsRecordType.A : DnsRecordType.Aaaa, cancellationToken).ConfigureAwait(false);
        if (HasAddress(addresses, client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client))
        {
            return DnsStatus.Found;
        }

        return IsUnknown(addresses) ? DnsStatus.TemporaryFailure : DnsStatus.NoData;
    }

    private static bool IsUnknown(DnsAnswer answer) => answer.Status is DnsStatus.TemporaryFailure or DnsStatus.Bogus;

    private static bool PointsTo(DnsAnswer pointers, string name)
    {
        ReadOnlySpan<char> wanted = name.AsSpan().TrimEnd('.');
        for (int i = 0; i < pointers.Records.Count; i++)
        {
            if (pointers.Records[i] is DnsNameRecord record && wanted.Equals(record.Name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasAddress(DnsAnswer addresses, IPAddress client)
    {
        for (int i = 0; i < addresses.Records.Count; i++)
        {
            // The scope id of a link-local client is ours, not the DNS's; only the address counts.
            if (addresses.Records[i] is DnsAddressRecord record && ClientNetwork.Of(record.Address, 32, 128) == ClientNetwork.Of(client, 32, 128))
            {
                return true;
            }
        }

        return false;
    }
}
