using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Lookups;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Who a client is by the DNS, confirmed both ways.</summary>
/// <param name="Status">Found: it has a name; NoData: it certainly has none; TemporaryFailure: the DNS does not say.</param>
/// <param name="Name">The name.</param>
internal sealed record ClientIdentity(DnsStatus Status, string? Name)
{
    /// <summary>Takes what the session knows, or looks up, or else begins to look it up.</summary>
    public static Task<ClientIdentity> FindAsync(Session session, IDnsResolver dns)
    {
        if (session.ClientName is { } name)
        {
            return Task.FromResult(new ClientIdentity(DnsStatus.Found, name));
        }

        Task<ClientIdentity> lookup = AskAsync(session, dns);
        PendingLookup.Forget(lookup);
        return lookup;
    }

    /// <summary>Whether the name is a domain or within it, cut between labels.</summary>
    public bool IsIn(ReadOnlySpan<char> domain)
    {
        ReadOnlySpan<char> name = Name;
        return name.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');
    }

    /// <summary>Whether rules allow a sender to a client of this name.</summary>
    public Verdict CheckRules(ISenderRules rules, MailPath sender)
    {
        if (Status == DnsStatus.TemporaryFailure)
        {
            return Verdict.From(SenderCheckFilter.ClientFailed);
        }

        return Name is null || !ClientKey.AllowsHost(rules, Name, sender.Key) ? Verdict.From(SenderCheckFilter.NotYours, sender.Key) : Verdict.Continue;
    }

    private static async Task<ClientIdentity> AskAsync(Session session, IDnsResolver dns)
    {
        (DnsStatus status, string? name) = await ForwardConfirmation.FindNameAsync(session, dns, session.Aborted).ConfigureAwait(false);
        return new ClientIdentity(status, name);
    }
}
