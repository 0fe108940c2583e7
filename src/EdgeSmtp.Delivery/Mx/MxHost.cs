using System.Net;

namespace EdgeSmtp.Delivery.Mx;

/// <summary>One mail host.</summary>
/// <param name="Name">Its name in lower-case A-labels, or an address literal.</param>
/// <param name="Addresses">Its addresses in the order to try; at least one.</param>
public sealed record MxHost(string Name, IReadOnlyList<IPAddress> Addresses);
