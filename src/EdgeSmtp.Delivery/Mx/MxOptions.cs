using System.Net;

namespace EdgeSmtp.Delivery.Mx;

/// <summary>Who we are, for the rules of RFC 5321 §5.1.</summary>
/// <param name="OwnNames">Our names in lower-case A-labels: the host name and all of <c>OwnNames</c>.</param>
/// <param name="OwnAddresses">Addresses that our listeners are bound to.</param>
/// <param name="AllowPrivateAddresses">Whether hosts in loopback or private space may be sent to. Default no: a stranger's MX must not reach into our network.</param>
public sealed record MxOptions(IReadOnlySet<string> OwnNames, IReadOnlySet<IPAddress> OwnAddresses, bool AllowPrivateAddresses);
