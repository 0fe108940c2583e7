using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Delivery.Scheduling;

/// <summary>What counts as one destination.</summary>
/// <param name="Route">The route.</param>
/// <param name="Domain">The recipients' domain when the route looks up its mail exchangers; else empty.</param>
internal readonly record struct LaneKey(Route Route, string Domain);
