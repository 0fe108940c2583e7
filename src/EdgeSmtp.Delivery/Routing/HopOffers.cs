using EdgeSmtp.Client.Smtp;
using EdgeSmtp.Core.Domains;

namespace EdgeSmtp.Delivery.Routing;

/// <summary>
/// Remembers what the next hop of each destination offered last, so that a session can refuse what could only come back. What is remembered holds for an hour; when full, the oldest
/// entry goes. A destination of several hosts is as its last one said. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="entriesMax">Most destinations remembered.</param>
public sealed class HopOffers(TimeProvider time, int entriesMax = 8192)
{
    /// <summary>Long enough to spare most useless transactions, short enough for a server that was upgraded.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(Route Route, string Domain), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = new();

    /// <summary>A hop said what it offers.</summary>
    internal void Note(Route route, string domain, SmtpCapabilities offered)
    {
        // RFC 3030 §3: binary content goes in chunks only, which the route may not use.
        bool binary = offered.BinaryMime && offered.Chunking && route.Options.Chunking;
        RouteAbilities abilities = new(offered.SmtpUtf8 ? Ability.Yes : Ability.No, binary ? Ability.Yes : Ability.No);
        lock (_gate)
        {
            if (_entries.Remove((route, domain), out LinkedListNode<Entry>? known)) _byAge.Remove(known);
            else if (_entries.Count >= entriesMax) DropOldest();
            _entries[(route, domain)] = _byAge.AddLast(new Entry((route, domain), abilities, time.GetTimestamp()));
        }
    }

    /// <summary>What a destination offered last; nothing is known of one that was not reached lately.</summary>
    internal RouteAbilities Find(Route route, string domain)
    {
        lock (_gate)
        {
            bool isFresh = _entries.TryGetValue((route, domain), out LinkedListNode<Entry>? known) && time.GetElapsedTime(known.Value.Since) < Lifetime;
            return isFresh ? known!.Value.Abilities : default;
        }
    }

    private void DropOldest()
    {
        _entries.Remove(_byAge.First!.Value.Key);
        _byAge.RemoveFirst();
    }

    private readonly record struct Entry((Route Route, string Domain) Key, RouteAbilities Abilities, long Since);
}
