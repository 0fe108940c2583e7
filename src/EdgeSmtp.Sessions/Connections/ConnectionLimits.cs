using System.Net;
using System.Runtime.InteropServices;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>Counts open connections over all listeners: in all, by address, by network. Thread-safe. Holds memory only for clients that are connected.</summary>
public sealed class ConnectionLimits
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientKey, int> _open = [];
    private ConnectionLimitOptions _options;
    private int _count;

    /// <summary>Creates the counter.</summary>
    /// <param name="options">The limits.</param>
    public ConnectionLimits(ConnectionLimitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>The limits. May be replaced at a reload; connections that are open stay.</summary>
    public ConnectionLimitOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>Open connections.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a connection against the limit of the server.</summary>
    /// <returns><see cref="Admission.Admitted"/>, with <see cref="Leave"/> due at its end, or <see cref="Admission.ServerFull"/>.</returns>
    public Admission TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= Options.ConnectionsMax)
        {
            return Admission.Admitted;
        }

        Interlocked.Decrement(ref _count);
        return Admission.ServerFull;
    }

    /// <summary>The end of a connection that <see cref="TryEnter"/> admitted.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>Counts a connection against the limits of its client.</summary>
    /// <param name="client">The client's own address, IPv4-mapped ones as IPv4.</param>
    /// <returns><see cref="Admission.Admitted"/>, with <see cref="LeaveClient"/> due at its end, or why not.</returns>
    public Admission TryEnterClient(IPAddress client)
    {
        ArgumentNullException.ThrowIfNull(client);
        ConnectionLimitOptions options = Options;
        ClientKey address = ClientKey.AddressOf(client);
        ClientKey network = ClientKey.NetworkOf(client);
        lock (_lock)
        {
            if (_open.GetValueOrDefault(address) >= options.ConnectionsPerAddressMax)
            {
                return Admission.AddressFull;
            }

            if (_open.GetValueOrDefault(network) >= options.ConnectionsPerNetworkMax)
            {
                return Admission.NetworkFull;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(_open, address, out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(_open, network, out _)++;
            return Admission.Admitted;
        }
    }

    /// <summary>The end of a connection that <see cref="TryEnterClient"/> admitted.</summary>
    /// <param name="client">The same address.</param>
    public void LeaveClient(IPAddress client)
    {
        ArgumentNullException.ThrowIfNull(client);
        lock (_lock)
        {
            Decrement(ClientKey.AddressOf(client));
            Decrement(ClientKey.NetworkOf(client));
        }
    }

    /// <summary>Addresses and networks with an open connection.</summary>
    internal int TrackedCount
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    private void Decrement(ClientKey key)
    {
        ref int open = ref CollectionsMarshal.GetValueRefOrNullRef(_open, key);
        if (--open == 0)
        {
            _open.Remove(key);
        }
    }
}
