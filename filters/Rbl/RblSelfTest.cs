using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Tests lists by the entries that every list has or must not have (RFC 5782 §5).</summary>
internal sealed class RblSelfTest(IReadOnlyList<RblZone> zones, IDnsResolver dns, RblLog log)
{
    // ::FFFF:7F00:2 in nibbles, the test entry of a list of IPv6 addresses; as an address it would be IPv4.
    private const string ListedV6 = "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0";

    private static readonly IPAddress Listed = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress NotListed = IPAddress.Parse("127.0.0.1");

    /// <summary>Tests now, and then at each tick, until it is stopped.</summary>
    public async Task RunAsync(TimeSpan interval, TimeProvider time, CancellationToken stop)
    {
        using PeriodicTimer timer = new(interval, time);
        try
        {
            do
            {
                await TestAllAsync(stop).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The filter is disposed.
        }
    }

    /// <summary>Tests every list once.</summary>
    public async Task TestAllAsync(CancellationToken stop)
    {
        foreach (RblZone zone in zones)
        {
            if (zone.Options.SelfTest)
            {
                await TestAsync(zone, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task TestAsync(RblZone zone, CancellationToken stop)
    {
        bool isAddressList = zone.Options.Subject == RblSubject.Client;
        string must = isAddressList ? ReverseName.Of(Listed, zone.Name) : "test" + zone.Suffix;
        string mustNot = isAddressList ? ReverseName.Of(NotListed, zone.Name) : "invalid" + zone.Suffix;
        (bool lives, RblStatus positive) = await AskAsync(zone, must, stop).ConfigureAwait(false);
        (_, RblStatus negative) = await AskAsync(zone, mustNot, stop).ConfigureAwait(false);
        if (negative == RblStatus.Listed)
        {
            zone.ListsEverything = true;
            log.ListsEverything(zone, mustNot);
            return;
        }

        if (positive == RblStatus.Failed || negative == RblStatus.Failed)
        {
            // It keeps the standing it had: a failure says nothing about what is in the zone.
            log.Untested(zone);
            return;
        }

        zone.ListsEverything = false;
        if (!lives && isAddressList)
        {
            (lives, _) = await AskAsync(zone, ListedV6 + zone.Suffix, stop).ConfigureAwait(false);
        }

        if (lives)
        {
            log.Passed(zone);
        }
        else
        {
            log.Dead(zone, must);
        }
    }

    // An answer that the operator's filter leaves out is a sign of life too; one outside 127.0.0.0/8 is none.
    private async ValueTask<(bool Lives, RblStatus Status)> AskAsync(RblZone zone, string name, CancellationToken stop)
    {
        DnsAnswer answer = await dns.ResolveAsync(name, DnsRecordType.A, stop).ConfigureAwait(false);
        RblStatus status = zone.Read(answer, out _);
        return (answer.Status == DnsStatus.Found && status is RblStatus.Listed or RblStatus.NotListed, status);
    }
}
