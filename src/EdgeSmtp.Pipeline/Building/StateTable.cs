namespace EdgeSmtp.Pipeline.Building;

/// <summary>State that outlives a reload. The new instance takes hold before the old one lets go, so what both use is never disposed between them.</summary>
internal sealed class StateTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StateKey, StateEntry> _entries = [];

    /// <summary>Takes hold of state, and makes it if there is none: outside of the lock, so that a factory that does not end holds up only those who want the same state.</summary>
    /// <param name="key">Names it.</param>
    /// <param name="factory">Makes it.</param>
    /// <param name="startsAnew">Whether there is such state already, of a type that another version of the plug-in brought, and cannot be passed on.</param>
    public StateEntry Hold<T>(StateKey key, Func<T> factory, out bool startsAnew)
        where T : class
    {
        StateEntry? entry;
        lock (_lock)
        {
            startsAnew = false;
            if (_entries.TryGetValue(key, out entry))
            {
                entry.Holders++;
            }
            else
            {
                startsAnew = _entries.Keys.Any(key.IsOtherVersionOf);
                entry = new StateEntry(key, () => factory() ?? throw new InvalidOperationException($"The state '{key.Name}' of '{key.Instance}' is null."));
                _entries.Add(key, entry);
            }
        }

        try
        {
            _ = entry.Value;
            return entry;
        }
        catch
        {
            Forget(entry);
            throw;
        }
    }

    /// <summary>Lets state go.</summary>
    /// <returns>Whether nobody holds it any more, so that the caller disposes it.</returns>
    public bool Release(StateEntry entry)
    {
        lock (_lock)
        {
            if (--entry.Holders > 0)
            {
                return false;
            }

            _entries.Remove(entry.Key);
            return true;
        }
    }

    /// <summary>What could not be made is made anew for the next one who wants it.</summary>
    private void Forget(StateEntry entry)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_entries.GetValueOrDefault(entry.Key), entry))
            {
                _entries.Remove(entry.Key);
            }
        }
    }
}
