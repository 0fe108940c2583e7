using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Toolkit.Lookups;

/// <summary>Whether a name has an address of either kind.</summary>
public static class AddressLookup
{
    /// <summary>Asks for A and AAAA at the same time, since most names have only one of them.</summary>
    /// <param name="dns">The resolver.</param>
    /// <param name="name">A domain name in A-labels.</param>
    /// <param name="cancellationToken">Ends the wait, not the questions.</param>
    /// <returns><see cref="DnsStatus.Found"/>: it has one; <see cref="DnsStatus.NoData"/>: it certainly has none; <see cref="DnsStatus.TemporaryFailure"/>: nobody knows.</returns>
    public static async ValueTask<DnsStatus> AskAsync(IDnsResolver dns, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dns);
        Task<DnsAnswer> v6 = dns.ResolveAsync(name, DnsRecordType.Aaaa, cancellationToken).AsTask();
        PendingLookup.Forget(v6);
        DnsAnswer a = await dns.ResolveAsync(name, DnsRecordType.A, cancellationToken).ConfigureAwait(false);
        if (a.Status == DnsStatus.Found)
        {
            return DnsStatus.Found;
        }

        DnsAnswer aaaa = await v6.ConfigureAwait(false);
        if (aaaa.Status == DnsStatus.Found)
        {
            return DnsStatus.Found;
        }

        return a.IsNegative && aaaa.IsNegative ? DnsStatus.NoData : DnsStatus.TemporaryFailure;
    }
}
