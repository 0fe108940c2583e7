using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Core.Net;

namespace EdgeSmtp.Delivery.Hosts;

/// <summary>Who we are, so that mail is not sent back to ourselves.</summary>
public sealed class OwnIdentity
{
    private readonly FrozenSet<string> _names;
    private readonly FrozenSet<IPAddress> _addresses;
    private readonly IPEndPoint[] _listeners;

    /// <summary>Creates the identity.</summary>
    /// <param name="names">Our names in lower-case A-labels: the host name and <see cref="DeliveryOptions.OwnNames"/>.</param>
    /// <param name="listeners">Where our SMTP and QMTP listeners are bound; <c>0.0.0.0</c> and <c>::</c> mean every address of ours.</param>
    /// <param name="hostAddresses">The addresses of this host's interfaces.</param>
    public OwnIdentity(IEnumerable<string> names, IEnumerable<IPEndPoint> listeners, IEnumerable<IPAddress> hostAddresses)
    {
        ArgumentNullException.ThrowIfNull(listeners);
        _names = names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _listeners = [.. listeners];
        _addresses = hostAddresses.Select(NetworkSet.Canonical).ToFrozenSet();
    }

    /// <summary>Knows nothing about itself: for tests.</summary>
    public static OwnIdentity Unknown { get; } = new([], [], []);

    /// <summary>Whether a name is one of ours.</summary>
    /// <param name="name">In A-labels.</param>
    public bool IsName(string name) => _names.Contains(name);

    /// <summary>Whether any listener has this port.</summary>
    /// <param name="port">The port.</param>
    public bool HasListenerOn(int port)
    {
        foreach (IPEndPoint listener in _listeners)
            if (listener.Port == port) return true;
        return false;
    }

    /// <summary>Whether connecting there would reach a listener of ours.</summary>
    /// <param name="endPoint">Address and port.</param>
    public bool IsListener(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        IPAddress address = NetworkSet.Canonical(endPoint.Address);
        foreach (IPEndPoint listener in _listeners)
        {
            if (listener.Port != endPoint.Port) continue;
            if (NetworkSet.Canonical(listener.Address).Equals(address)) return true;
            if (IsAny(listener.Address, address.AddressFamily) && (IPAddress.IsLoopback(address) || IsAny(address, address.AddressFamily) || _addresses.Contains(address))) return true;
        }

        return false;
    }

    /// <summary>A dual-stack <c>::</c> takes IPv4 as well.</summary>
    private static bool IsAny(IPAddress address, AddressFamily family) =>
        address.Equals(IPAddress.IPv6Any) || (family == AddressFamily.InterNetwork && address.Equals(IPAddress.Any));
}
