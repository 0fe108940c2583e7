using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Toolkit.Lookups;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Asks the DNS whether mail can be sent back to a domain.</summary>
internal static class SenderDomainLookup
{
    /// <summary>Begins the look-up; it lives as long as the session, not as long as the stage.</summary>
    public static Task<SenderDomainStatus> BeginAsync(IDnsResolver dns, string domain, CancellationToken aborted)
    {
        Task<SenderDomainStatus> lookup = AskAsync(dns, domain, aborted);
        PendingLookup.Forget(lookup);
        return lookup;
    }

    private static async Task<SenderDomainStatus> AskAsync(IDnsResolver dns, string domain, CancellationToken aborted)
    {
        DnsAnswer mx = await dns.ResolveAsync(domain, DnsRecordType.Mx, aborted).ConfigureAwait(false);
        return mx.Status switch
        {
            // RFC 7505 §3: one MX with an empty exchange; with others beside it, it is a mistake of theirs that means nothing.
            DnsStatus.Found => mx.Records.Count == 1 && mx.Records[0] is DnsMxRecord { Exchange.Length: 0 } ? SenderDomainStatus.NullMx : SenderDomainStatus.Good,
            DnsStatus.NoData => await AddressAsync(dns, domain, aborted).ConfigureAwait(false),

            // RFC 2308 §2.1: a name that does not exist has no address either.
            DnsStatus.NxDomain => SenderDomainStatus.Unknown,
            _ => SenderDomainStatus.TemporaryFailure,
        };
    }

    // RFC 5321 §5.1: without MX the address stands for it.
    private static async Task<SenderDomainStatus> AddressAsync(IDnsResolver dns, string domain, CancellationToken aborted) =>
        await AddressLookup.AskAsync(dns, domain, aborted).ConfigureAwait(false) switch
        {
            DnsStatus.Found => SenderDomainStatus.Good,
            DnsStatus.NoData => SenderDomainStatus.Unknown,
            _ => SenderDomainStatus.TemporaryFailure,
        };
}
