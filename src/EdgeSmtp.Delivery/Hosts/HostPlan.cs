using EdgeSmtp.Delivery.Attempts;

namespace EdgeSmtp.Delivery.Hosts;

/// <summary>Where to try, or why there is nowhere.</summary>
/// <param name="Addresses">In order; empty on failure.</param>
/// <param name="Failure">Why there is none.</param>
internal sealed record HostPlan(IReadOnlyList<HostAddress> Addresses, Disposition? Failure)
{
    public static HostPlan Fail(Disposition failure) => new([], failure);
}
