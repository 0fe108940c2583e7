using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Cache;

/// <summary>Answers with their time of death, bounded in number and in memory; the least recently used leaves first. Thread-safe.</summary>
internal sealed class DnsCache(int entriesMax, long bytesMax, TimeProvider time)
{
    private const int OversizeShare = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<DnsKey, LinkedListNode<CacheEntry>> _entries = [];
    private readonly LinkedList<CacheEntry> _byUse = [];
    private long _bytes;

    /// <summary>Answers kept now, dead ones that nobody asked for again included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Their estimated memory.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Finds a living answer.</summary>
    public DnsAnswer? Find(DnsKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<CacheEntry>? node))
            {
                return null;
            }

            if (time.GetTimestamp() >= node.Value.DiesAt)
            {
                Remove(node);
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Answer;
        }
    }

    /// <summary>Keeps an answer. A TTL of zero means: not beyond the question that brought it (RFC 1035 §3.2.1).</summary>
    public void Keep(DnsKey key, DnsAnswer answer, TimeSpan ttl)
    {
        long bytes = AnswerWeight.Of(key, answer);
        if (ttl <= TimeSpan.Zero || entriesMax == 0 || bytes > bytesMax / OversizeShare)
        {
            return;
        }

        long diesAt = time.GetTimestamp() + (long)(ttl.TotalSeconds * time.TimestampFrequency);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<CacheEntry>? old))
            {
                Remove(old);
            }

            _entries.Add(key, _byUse.AddFirst(new CacheEntry(key, answer, diesAt, bytes)));
            _bytes += bytes;
            while (_entries.Count > entriesMax || _bytes > bytesMax)
            {
                Remove(_byUse.Last!);
            }
        }
    }

    private void Remove(LinkedListNode<CacheEntry> node)
    {
        _entries.Remove(node.Value.Key);
        _byUse.Remove(node);
        _bytes -= node.Value.Bytes;
    }
}
