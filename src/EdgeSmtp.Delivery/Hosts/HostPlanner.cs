using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Delivery.Hosts;

/// <summary>Finds the hosts for a destination: a route's next hops, or a domain's mail exchangers by RFC 5321 §5.1.</summary>
/// <param name="dns">The resolver; its cache makes repeated questions cheap.</param>
/// <param name="self">Who we are.</param>
/// <param name="random">Orders equal preferences.</param>
internal sealed class HostPlanner(IDnsResolver dns, OwnIdentity self, Random random)
{
    private const int ExchangersMax = 20;

    /// <summary>Finds where to try.</summary>
    /// <param name="route">The route.</param>
    /// <param name="domain">The recipients' domain; used by routes without next hops.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<HostPlan> PlanAsync(Route route, string domain, CancellationToken cancellationToken) =>
        route.UsesMx ? PlanMxAsync(route, domain, cancellationToken) : PlanHopsAsync(route, cancellationToken);

    private async ValueTask<HostPlan> PlanHopsAsync(Route route, CancellationToken cancellationToken)
    {
        List<HostAddress> addresses = [];
        bool temporary = false, own = false;
        foreach (NextHop hop in route.NextHops)
        {
            if (hop.EndPoint is not null)
            {
                own |= !Add(hop.Host, hop.EndPoint, addresses);
                continue;
            }

            Lookup found = await LookUpAsync(hop.Host, cancellationToken);
            temporary |= found.IsTemporary;
            foreach (IPAddress address in found.Addresses) own |= !Add(hop.Host, new IPEndPoint(address, hop.Port), addresses);
        }

        if (addresses.Count > 0) return new HostPlan(addresses, null);
        // A mistake in our configuration is never a reason to return mail.
        if (own) return HostPlan.Fail(Disposition.Temporary("4.3.5", "the route leads to a listener of this server"));
        return HostPlan.Fail(Disposition.Temporary("4.4.3", temporary ? "the next hop's name cannot be looked up now" : "the next hop's name has no address"));
    }

    private async ValueTask<HostPlan> PlanMxAsync(Route route, string domain, CancellationToken cancellationToken)
    {
        if (domain.StartsWith('[')) return PlanLiteral(route, domain);

        DnsAnswer answer = await dns.ResolveAsync(domain, DnsRecordType.Mx, cancellationToken);
        switch (answer.Status)
        {
            case DnsStatus.Found:
                // RFC 7505 §3: a single MX with an empty name says that the domain takes no mail.
                if (answer.Records is [DnsMxRecord { Exchange: "" or "." }]) return HostPlan.Fail(Disposition.Permanent("5.1.10", "the domain takes no mail (null MX)", 556));
                return await PlanExchangersAsync(route, Order(answer.Records), cancellationToken);
            case DnsStatus.NoData:
                // RFC 5321 §5.1: without MX records the domain is its own exchanger.
                return await PlanExchangersAsync(route, [new DnsMxRecord(0, domain, TimeSpan.Zero)], cancellationToken, isImplicit: true);
            case DnsStatus.NxDomain:
                return HostPlan.Fail(Disposition.Permanent("5.1.2", "the domain does not exist"));
            default:
                // RFC 5321 §5.1: a failed look-up never means that there is no MX.
                return HostPlan.Fail(Disposition.Temporary("4.4.3", "the domain's mail exchangers cannot be looked up now"));
        }
    }

    private HostPlan PlanLiteral(Route route, string literal)
    {
        if (!AddressLiteral.TryParse(System.Text.Encoding.ASCII.GetBytes(literal), out IPAddress? address)) return HostPlan.Fail(Disposition.Permanent("5.1.3", "the address literal cannot be used"));
        IPEndPoint endPoint = new(address, route.Options.MxPort);
        if (self.IsListener(endPoint)) return HostPlan.Fail(LoopsBack);
        if (!route.Options.AllowPrivateTargets && SpecialNetworks.Contains(address)) return HostPlan.Fail(PrivateOnly);
        return new HostPlan([new HostAddress(literal, endPoint)], null);
    }

    /// <summary>RFC 5321 §5.1: by preference, and within one preference by chance.</summary>
    private DnsMxRecord[] Order(IReadOnlyList<DnsRecord> records)
    {
        List<DnsMxRecord> exchangers = new(records.Count);
        // RFC 7505 §3: an empty name beside others is a mistake, and no host.
        foreach (DnsRecord record in records)
            if (record is DnsMxRecord { Exchange: not ("" or ".") } exchanger) exchangers.Add(exchanger);
        DnsMxRecord[] ordered = [.. exchangers];
        Array.Sort(ordered, static (one, other) => one.Preference.CompareTo(other.Preference));
        ShuffleWithin(ordered, random);
        return ordered;
    }

    private static void ShuffleWithin(DnsMxRecord[] ordered, Random random)
    {
        for (int start = 0; start < ordered.Length;)
        {
            int end = start + 1;
            while (end < ordered.Length && ordered[end].Preference == ordered[start].Preference) end++;
            random.Shuffle(ordered.AsSpan(start, end - start));
            start = end;
        }
    }

    private async ValueTask<HostPlan> PlanExchangersAsync(Route route, DnsMxRecord[] exchangers, CancellationToken cancellationToken, bool isImplicit = false)
    {
        List<HostAddress> addresses = [];
        bool temporary = false, refused = false;
        int ownPreference = int.MaxValue;
        for (int i = 0; i < exchangers.Length && i < ExchangersMax; i++)
        {
            DnsMxRecord exchanger = exchangers[i];
            // RFC 5321 §5.1: our own entry, and all of equal or worse preference, lead back to us.
            if (exchanger.Preference >= ownPreference) break;
            if (self.IsName(exchanger.Exchange))
            {
                ownPreference = exchanger.Preference;
            }
            else
            {
                Lookup found = await LookUpAsync(exchanger.Exchange, cancellationToken);
                temporary |= found.IsTemporary;
                if (!AddExchanger(route, exchanger, found, addresses, ref refused)) ownPreference = exchanger.Preference;
            }

            if (ownPreference == exchanger.Preference) RemoveFrom(addresses, exchangers, ownPreference);
        }

        if (addresses.Count > 0) return new HostPlan(addresses, null);
        if (temporary) return HostPlan.Fail(Disposition.Temporary("4.4.3", "no mail exchanger's address can be looked up now"));
        if (ownPreference < int.MaxValue) return HostPlan.Fail(LoopsBack);
        if (refused) return HostPlan.Fail(PrivateOnly);
        // RFC 5321 §5.1: MX records of which none is usable are an error; so is a domain with neither MX nor address.
        return HostPlan.Fail(isImplicit ? Disposition.Permanent("5.1.2", "the domain has no mail exchanger and no address") : Disposition.Permanent("5.4.4", "no mail exchanger of the domain has an address"));
    }

    private static Disposition LoopsBack { get; } = Disposition.Permanent("5.4.6", "mail for the domain loops back to this server");

    private static Disposition PrivateOnly { get; } = Disposition.Permanent("5.4.4", "the domain's mail exchangers lie in private or special networks");

    /// <returns>False when an address of the exchanger is one of our listeners.</returns>
    private bool AddExchanger(Route route, DnsMxRecord exchanger, Lookup found, List<HostAddress> addresses, ref bool refused)
    {
        foreach (IPAddress address in found.Addresses)
            if (self.IsListener(new IPEndPoint(address, route.Options.MxPort))) return false;

        foreach (IPAddress address in found.Addresses)
        {
            if (!route.Options.AllowPrivateTargets && SpecialNetworks.Contains(address)) refused = true;
            else addresses.Add(new HostAddress(exchanger.Exchange, new IPEndPoint(address, route.Options.MxPort)));
        }

        return true;
    }

    /// <summary>Entries of the same preference as ours may already have been added.</summary>
    private static void RemoveFrom(List<HostAddress> addresses, DnsMxRecord[] exchangers, int preference)
    {
        for (int i = addresses.Count - 1; i >= 0; i--)
            if (Array.Exists(exchangers, exchanger => exchanger.Preference == preference && exchanger.Exchange == addresses[i].Name)
                && !Array.Exists(exchangers, exchanger => exchanger.Preference < preference && exchanger.Exchange == addresses[i].Name)) addresses.RemoveAt(i);
    }

    private bool Add(string name, EndPoint endPoint, List<HostAddress> addresses)
    {
        if (endPoint is IPEndPoint ip && self.IsListener(ip)) return false;
        addresses.Add(new HostAddress(name, endPoint));
        return true;
    }

    /// <summary>Both families, IPv6 and IPv4 in turn, so that one broken family costs one attempt and not all of them.</summary>
    private async ValueTask<Lookup> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        ValueTask<DnsAnswer> asking = dns.ResolveAsync(name, DnsRecordType.Aaaa, cancellationToken);
        DnsAnswer four = await dns.ResolveAsync(name, DnsRecordType.A, cancellationToken);
        DnsAnswer six = await asking;
        List<IPAddress> addresses = [];
        for (int i = 0; i < Math.Max(six.Records.Count, four.Records.Count); i++)
        {
            if (i < six.Records.Count && six.Records[i] is DnsAddressRecord sixth) addresses.Add(sixth.Address);
            if (i < four.Records.Count && four.Records[i] is DnsAddressRecord fourth) addresses.Add(fourth.Address);
        }

        return new Lookup(addresses, addresses.Count == 0 && (IsTemporary(six) || IsTemporary(four)));
    }

    private static bool IsTemporary(DnsAnswer answer) => answer.Status is DnsStatus.TemporaryFailure or DnsStatus.Bogus;

    private readonly record struct Lookup(List<IPAddress> Addresses, bool IsTemporary);
}
