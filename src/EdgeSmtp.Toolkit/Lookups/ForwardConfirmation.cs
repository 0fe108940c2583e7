using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Toolkit.Lookups;

/// <summary>Whether a name belongs to a client both ways: its address points to the name, and the name to its address.</summary>
public static class ForwardConfirmation
{
    // As many as SPF looks at (RFC 7208 §4.6.4): more PTR records are somebody's mistake, or his attempt to keep us busy.
    private const int NamesMax = 10;

    /// <summary>Finds the name of a client for a filter: what the session looks up, and only when it does not, a question of our own.</summary>
    /// <param name="session">The session.</param>
    /// <param name="dns">The resolver.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>As the other form.</returns>
    public static async ValueTask<(DnsStatus Status, string? Name)> FindNameAsync(Session session, IDnsResolver dns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.ClientNameLookup is not { } lookup)
        {
            return await FindNameAsync(dns, session.Client.Address, cancellationToken).ConfigureAwait(false);
        }

        ClientNameAnswer answer = await lookup.WaitAsync(cancellationToken).ConfigureAwait(false);
        return (answer.Status, answer.Name);
    }

    /// <summary>Asks both ways about a name that the client claims, unless what the session looked up says it already.</summary>
    /// <param name="session">The session.</param>
    /// <param name="dns">The resolver.</param>
    /// <param name="name">The name it claims, in A-labels.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>As the other form.</returns>
    public static async ValueTask<DnsStatus> ConfirmAsync(Session session, IDnsResolver dns, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(name);
        if (session.ClientNameLookup is { } lookup)
        {
            ClientNameAnswer answer = await lookup.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (answer.Status != DnsStatus.Found || name.AsSpan().TrimEnd('.').Equals(answer.Name, StringComparison.OrdinalIgnoreCase))
            {
                return answer.Status;
            }
        }

        // A client may have several names, and the session keeps the first: another one of them is still his.
        return await ConfirmAsync(dns, session.Client.Address, name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the name of a client: the first that its address points to and that points back.</summary>
    /// <param name="dns">The resolver.</param>
    /// <param name="client">The address of the client.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="DnsStatus.Found"/> and the name; <see cref="DnsStatus.NoData"/> when there certainly is none, <see cref="DnsStatus.TemporaryFailure"/> when the DNS does not say.</returns>
    public static async ValueTask<(DnsStatus Status, string? Name)> FindNameAsync(IDnsResolver dns, IPAddress client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dns);
        ArgumentNullException.ThrowIfNull(client);
        DnsAnswer pointers = await dns.ResolveAsync(ReverseName.Pointer(client), DnsRecordType.Ptr, cancellationToken).ConfigureAwait(false);
        DnsStatus worst = IsUnknown(pointers) ? DnsStatus.TemporaryFailure : DnsStatus.NoData;
        for (int i = 0; i < Math.Min(pointers.Records.Count, NamesMax); i++)
        {
            if (pointers.Records[i] is not DnsNameRecord { Name: { } name })
            {
                continue;
            }

            DnsStatus status = await ForwardAsync(dns, client, name, cancellationToken).ConfigureAwait(false);
            if (status == DnsStatus.Found)
            {
                return (status, name);
            }

            worst = status == DnsStatus.TemporaryFailure ? status : worst;
        }

        return (worst, null);
    }

    /// <summary>Asks both ways about a name that the client claims.</summary>
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

        return await ForwardAsync(dns, client, name, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<DnsStatus> ForwardAsync(IDnsResolver dns, IPAddress client, string name, CancellationToken cancellationToken)
    {
        bool isV4 = client.AddressFamily == AddressFamily.InterNetwork || client.IsIPv4MappedToIPv6;
        DnsAnswer addresses = await dns.ResolveAsync(name, isV4 ? DnsRecordType.A : DnsRecordType.Aaaa, cancellationToken).ConfigureAwait(false);
        if (HasAddress(addresses, client))
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
