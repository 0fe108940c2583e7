using System.Diagnostics.CodeAnalysis;

namespace EdgeSmtp.Toolkit.Tables;

/// <summary>A table whose entries die, with a hard limit on their number: the least recently used leaves first. Thread-safe.</summary>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the values; immutable ones.</typeparam>
/// <param name="capacity">Entries at most, 1 or more.</param>
/// <param name="time">The clock.</param>
public sealed class BoundedTtlTable<TKey, TValue>(int capacity, TimeProvider time)
    where TKey : notnull
{
    private readonly int _capacity = capacity > 0 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "A table holds at least one entry.");
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<TtlEntry<TKey, TValue>>> _entries = [];
    private readonly LinkedList<TtlEntry<TKey, TValue>> _byUse = [];

    /// <summary>Entries now, those included that died and were not asked for since.</summary>
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

    /// <summary>Finds a living entry. Its time of death stays.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<TtlEntry<TKey, TValue>>? node))
            {
                if (time.GetUtcNow() < node.Value.DiesAt)
                {
                    _byUse.Remove(node);
                    _byUse.AddFirst(node);
                    value = node.Value.Value;
                    return true;
                }

                Forget(node);
            }
        }

        value = default;
        return false;
    }

    /// <summary>Adds or replaces an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="diesAt">When it stops to be found.</param>
    /// <returns>Whether a living entry had to leave for it.</returns>
    public bool Set(TKey key, TValue value, DateTimeOffset diesAt)
    {
        TtlEntry<TKey, TValue> entry = new(key, value, diesAt);
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out LinkedListNode<TtlEntry<TKey, TValue>>? node))
            {
                node.Value = entry;
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return false;
            }

            bool isLoss = false;
            if (_entries.Count >= _capacity)
            {
                isLoss = time.GetUtcNow() < _byUse.Last!.Value.DiesAt;
                Forget(_byUse.Last);
            }

            _entries.Add(key, _byUse.AddFirst(entry));
            return isLoss;
        }
    }

    /// <summary>Removes an entry.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(TKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<TtlEntry<TKey, TValue>>? node))
            {
                return false;
            }

            Forget(node);
            return true;
        }
    }

    /// <summary>Copies the living entries, the least recently used first: setting them in this order again restores the order of use.</summary>
    public IReadOnlyList<TtlEntry<TKey, TValue>> Snapshot()
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            List<TtlEntry<TKey, TValue>> entries = new(_entries.Count);
            for (LinkedListNode<TtlEntry<TKey, TValue>>? node = _byUse.Last; node is not null; node = node.Previous)
            {
                if (now < node.Value.DiesAt)
                {
                    entries.Add(node.Value);
                }
            }

            return entries;
        }
    }

    private void Forget(LinkedListNode<TtlEntry<TKey, TValue>> node)
    {
        _entries.Remove(node.Value.Key);
        _byUse.Remove(node);
    }
}
