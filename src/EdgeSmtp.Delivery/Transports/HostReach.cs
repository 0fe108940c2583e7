using EdgeSmtp.Client.Net;
using EdgeSmtp.Delivery.Attempts;
using EdgeSmtp.Delivery.Hosts;

namespace EdgeSmtp.Delivery.Transports;

/// <summary>What the transports over the network share: where to go, and which addresses to leave alone.</summary>
/// <param name="planner">Finds hosts.</param>
/// <param name="unreachable">Addresses that failed a short while ago.</param>
internal sealed class HostReach(HostPlanner planner, UnreachableHosts unreachable)
{
    private static readonly Disposition Avoided = Disposition.Temporary("4.4.1", "every host of the destination was unreachable a short while ago");

    /// <summary>Finds the addresses to try now: at most as many as configured, without those that failed a short while ago.</summary>
    public async ValueTask<HostPlan> PlanAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        HostPlan plan = await planner.PlanAsync(batch.Lane.Route, batch.Lane.Domain, cancellationToken);
        if (plan.Failure is not null) return plan;
        int max = batch.Attempt.Snapshot.Options.AddressesPerAttemptMax;
        List<HostAddress> addresses = new(Math.Min(plan.Addresses.Count, max));
        for (int i = 0; i < plan.Addresses.Count && addresses.Count < max; i++)
            if (!unreachable.IsAvoided(plan.Addresses[i].EndPoint)) addresses.Add(plan.Addresses[i]);
        return addresses.Count > 0 ? new HostPlan(addresses, null) : HostPlan.Fail(Avoided);
    }

    /// <summary>Remembers what connecting came to.</summary>
    public void Note(DeliveryBatch batch, in HostAddress address, DialFailure failure, bool timedOut)
    {
        DeliveryOptions options = batch.Attempt.Snapshot.Options;
        if (failure == DialFailure.None && !timedOut) unreachable.Succeeded(address.EndPoint);
        // A refused connection costs nothing to try again; one that times out holds up a place each time.
        else unreachable.Failed(address.EndPoint, timedOut && batch.Lane.Route.UsesMx ? options.DeadHostTime : options.DeadNextHopTime);
    }
}
