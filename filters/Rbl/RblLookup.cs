using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Toolkit.Lookups;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Asks lists about one subject, all at once.</summary>
internal sealed class RblLookup(IDnsResolver dns, RblLog log)
{
    /// <summary>Asks about an address.</summary>
    public Task<RblFinding[]> AskAsync(RblZone[] zones, IPAddress address, CancellationToken aborted)
    {
        Task<RblFinding>[] findings = new Task<RblFinding>[zones.Length];
        for (int i = 0; i < zones.Length; i++)
        {
            findings[i] = AskAsync(zones[i], ReverseName.Of(address, zones[i].Name), address, string.Empty, aborted);
        }

        return Task.WhenAll(findings);
    }

    /// <summary>Asks about a domain (RFC 5782 §4).</summary>
    public Task<RblFinding[]> AskAsync(RblZone[] zones, string domain, CancellationToken aborted)
    {
        Task<RblFinding>[] findings = new Task<RblFinding>[zones.Length];
        for (int i = 0; i < zones.Length; i++)
        {
            findings[i] = AskAsync(zones[i], string.Concat(domain, zones[i].Suffix), null, domain, aborted);
        }

        return Task.WhenAll(findings);
    }

    /// <summary>Finds the name of a client by forward-confirmed reverse DNS, and asks about that.</summary>
    public async Task<RblFinding[]> AskByNameOfAsync(RblZone[] zones, Session session, CancellationToken aborted)
    {
        (DnsStatus status, string? found) = await ForwardConfirmation.FindNameAsync(session, dns, aborted).ConfigureAwait(false);
        if (ListedName.TryFrom(found, out string name))
        {
            return await AskAsync(zones, name, aborted).ConfigureAwait(false);
        }

        // Without a name there is nothing to be listed; when the DNS does not tell the name, the lists count as not asked.
        RblFinding[] findings = new RblFinding[zones.Length];
        for (int i = 0; i < zones.Length; i++)
        {
            findings[i] = new RblFinding(zones[i], status == DnsStatus.TemporaryFailure ? RblStatus.Failed : RblStatus.NotListed);
        }

        return findings;
    }

    private async Task<RblFinding> AskAsync(RblZone zone, string name, IPAddress? address, string domain, CancellationToken aborted)
    {
        if (zone.ListsEverything)
        {
            // Said loudly by the test. Not a failure that passes: mail must not wait for it.
            return new RblFinding(zone, RblStatus.NotListed);
        }

        DnsAnswer answer = await dns.ResolveAsync(name, DnsRecordType.A, aborted).ConfigureAwait(false);
        RblStatus status = zone.Read(answer, out IPAddress? listed);
        if (status == RblStatus.Garbage)
        {
            log.Garbage(zone);
        }

        if (status != RblStatus.Listed)
        {
            return new RblFinding(zone, status);
        }

        string subject = address?.ToString() ?? domain;
        string? text = zone.Options.Text is { } template ? ReplyText.OfTemplate(template, subject) : null;
        if (zone.Options is { IncludeTxt: true, Kind: RblKind.Block })
        {
            // Without its text a listing is still one: whatever the second question brings.
            text = ReplyText.OfTxt(await dns.ResolveAsync(name, DnsRecordType.Txt, aborted).ConfigureAwait(false)) ?? text;
        }

        return new RblFinding(zone, RblStatus.Listed, subject, listed!.ToString(), text);
    }
}
