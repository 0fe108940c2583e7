using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Toolkit.Lookups;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>Asks the DNS about a name, as each mode wants it. Found: it has what is asked for; NoData: it certainly has not; TemporaryFailure: nobody knows.</summary>
internal static class HeloLookup
{
    /// <summary>Begins the look-up; it lives as long as the session, not as long as the stage.</summary>
    public static async Task<DnsStatus> AskAsync(HeloMode mode, IDnsResolver dns, Session session, string name, CancellationToken aborted) => mode switch
    {
        HeloMode.ClientName => await ForwardConfirmation.ConfirmAsync(session, dns, name, aborted).ConfigureAwait(false),
        HeloMode.Mx => await MxOrAddressAsync(dns, name, aborted).ConfigureAwait(false),
        _ => await AddressLookup.AskAsync(dns, name, aborted).ConfigureAwait(false),
    };

    // RFC 5321 §5.1: without MX the address stands for it. A null MX (RFC 7505) says that the name takes no mail, not that there is no such host.
    private static async ValueTask<DnsStatus> MxOrAddressAsync(IDnsResolver dns, string name, CancellationToken aborted)
    {
        DnsAnswer mx = await dns.ResolveAsync(name, DnsRecordType.Mx, aborted).ConfigureAwait(false);
        if (mx.Status == DnsStatus.Found && !(mx.Records.Count == 1 && mx.Records[0] is DnsMxRecord { Exchange.Length: 0 }))
        {
            return DnsStatus.Found;
        }

        DnsStatus address = await AddressLookup.AskAsync(dns, name, aborted).ConfigureAwait(false);
        return address == DnsStatus.NoData && IsUnknown(mx) ? DnsStatus.TemporaryFailure : address;
    }

    private static bool IsUnknown(DnsAnswer answer) => answer.Status is DnsStatus.TemporaryFailure or DnsStatus.Bogus;
}
