namespace EdgeSmtp.Abstractions;

/// <summary>What a filter is asked about: a session, a transaction or a recipient. Holds the private slots of filters.</summary>
/// <remarks>Not thread-safe by itself; members of a group run on one subject at the same time and are serialised here by a lock that is free otherwise.</remarks>
public abstract class FilterSubject
{
    private readonly Lock _lock = new();
    private KeyValuePair<object, object?>[] _slots = [];
    private int _count;

    /// <summary>Reads a private slot.</summary>
    /// <typeparam name="T">What the slot holds.</typeparam>
    /// <param name="key">A key that the filter made for itself.</param>
    /// <returns>The value, or <c>default</c> when it was never set.</returns>
    public T? Get<T>(SlotKey<T> key) => TryGetSlot(key, out object? value) ? (T?)value : default;

    /// <summary>Writes a private slot. It lives as long as the subject: a transaction is reset, a recipient dropped, a session ended.</summary>
    /// <typeparam name="T">What the slot holds.</typeparam>
    /// <param name="key">A key that the filter made for itself.</param>
    /// <param name="value">The value.</param>
    public void Set<T>(SlotKey<T> key, T value) => SetSlot(key, value);

    /// <summary>Reads a slot by its key object. For drivers, which keep facts here.</summary>
    /// <param name="key">The key object.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether the slot was set.</returns>
    public bool TryGetSlot(object key, out object? value)
    {
        lock (_lock)
        {
            for (int i = 0; i < _count; i++)
            {
                if (ReferenceEquals(_slots[i].Key, key))
                {
                    value = _slots[i].Value;
                    return true;
                }
            }
        }

        value = null;
        return false;
    }

    /// <summary>Writes a slot by its key object. For drivers.</summary>
    /// <param name="key">The key object.</param>
    /// <param name="value">The value.</param>
    public void SetSlot(object key, object? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            for (int i = 0; i < _count; i++)
            {
                if (ReferenceEquals(_slots[i].Key, key))
                {
                    _slots[i] = new(key, value);
                    return;
                }
            }

            if (_count == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Max(4, _count * 2));
            }

            _slots[_count++] = new(key, value);
        }
    }

    /// <summary>Forgets every slot, when a subject is reset.</summary>
    protected void ClearSlots()
    {
        lock (_lock)
        {
            Array.Clear(_slots, 0, _count);
            _count = 0;
        }
    }
}
