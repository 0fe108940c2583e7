namespace EdgeSmtp.Filters.Rbl;

/// <summary>The lists of one filter, by what is looked up in them.</summary>
internal sealed class RblZones
{
    public RblZones(RblFilterOptions options)
    {
        List<RblZone> all = [];
        if (options.Zone is not null && options.Decision is null)
        {
            all.Add(new RblZone(new RblZoneOptions { Zone = options.Zone }));
        }

        foreach (RblZoneOptions zone in options.Decision is null ? options.Zones : [])
        {
            all.Add(new RblZone(zone));
        }

        All = all;
        Client = Of(RblSubject.Client);
        Hello = Of(RblSubject.Hello);
        Sender = Of(RblSubject.Sender);
        ClientName = Of(RblSubject.ClientName);
    }

    public IReadOnlyList<RblZone> All { get; }

    public RblZone[] Client { get; }

    public RblZone[] Hello { get; }

    public RblZone[] Sender { get; }

    public RblZone[] ClientName { get; }

    private RblZone[] Of(RblSubject subject)
    {
        List<RblZone> zones = [];
        foreach (RblZone zone in All)
        {
            if (zone.Options.Subject == subject)
            {
                zones.Add(zone);
            }
        }

        return [.. zones];
    }
}
