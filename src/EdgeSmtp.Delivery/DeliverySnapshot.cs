using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Delivery;

/// <summary>The configuration that an attempt works with, from its beginning to its end.</summary>
/// <param name="Routes">Routes and domains.</param>
/// <param name="Options">Settings.</param>
public sealed record DeliverySnapshot(RouteTable Routes, DeliveryOptions Options);
