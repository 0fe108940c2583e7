namespace EdgeSmtp.Pipeline.Building;

/// <summary>State that outlives a reload. The new instance takes hold before the old one lets go, so what both use is never disposed between them.</summary>
internal sealed class StateTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StateKey, StateEntry> _entries = [];

    /// <summary>Takes hold of state, and makes it if there is none.</summary>
    /// <param name="key">Names it.</param>
    /// <param name="factory">Makes it.</param>
    /// <param name="startsAnew">Whether there is such state already, of a type that another version of the plug-in brought, and cannot be passed on.</param>
    /// <exception cref="InvalidOperationException">The state is of another type.</exception>
    public StateEntry Hold<T>(StateKey key, Func<T> factory, out bool startsAnew)
        where T : class
    {
        lock (_lock)
        {
            startsAnew = false;
            if (!_entries.TryGetValue(key, out StateEntry? entry))
            {
                startsAnew = _entries.Keys.Any(key.IsOtherVersionOf);
                entry = new StateEntry(key, factory() ?? throw new InvalidOperationException($"The state '{key.Name}' of '{key.Instance}' is null."));
                _entries.Add(key, entry);
                return entry;
            }

            if (entry.Value is not T)
            {
                throw new InvalidOperationException($"The state '{key.Name}' of '{key.Instance}' is a {entry.Value.GetType()}, not a {typeof(T)}.");
            }

            entry.Holders++;
            return entry;
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
}
