using System.Net;

namespace EdgeSmtp.Delivery.Hosts;

/// <summary>One address of one host, in the order in which they are tried.</summary>
/// <param name="Name">The host's name.</param>
/// <param name="EndPoint">Where to connect.</param>
public readonly record struct HostAddress(string Name, EndPoint EndPoint);
