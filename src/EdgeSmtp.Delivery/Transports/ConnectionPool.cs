namespace EdgeSmtp.Delivery.Transports;

/// <summary>Idle connections of one destination, the last used first. Bounded by the destination's concurrency: only a running transaction gives one back. Thread-safe.</summary>
/// <typeparam name="T">Kind of connection.</typeparam>
/// <param name="time">The clock.</param>
/// <param name="isUsable">Whether a connection can take another transaction.</param>
/// <param name="close">Closes one politely; never throws.</param>
internal sealed class ConnectionPool<T>(TimeProvider time, Func<T, bool> isUsable, Func<T, ValueTask> close)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly List<(T Connection, long Since)> _idle = [];

    /// <summary>Whether there is no connection.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _idle.Count == 0;
        }
    }

    /// <summary>Takes a connection that works.</summary>
    /// <returns><c>null</c> when there is none.</returns>
    public T? Take()
    {
        while (true)
        {
            T connection;
            lock (_gate)
            {
                if (_idle.Count == 0) return null;
                connection = _idle[^1].Connection;
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (isUsable(connection)) return connection;
            Close(connection);
        }
    }

    /// <summary>Gives a connection back, or closes it when it has served long enough.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transactions">Transactions it has carried.</param>
    /// <param name="opened">When it was opened, as a timestamp of the clock.</param>
    /// <param name="options">How long a connection serves.</param>
    public void Give(T connection, int transactions, long opened, DeliveryOptions options)
    {
        bool isWorn = transactions >= options.TransactionsPerConnectionMax || time.GetElapsedTime(opened) >= options.ConnectionAgeMax;
        if (isWorn || options.IdleConnectionTime <= TimeSpan.Zero)
        {
            Close(connection);
            return;
        }

        lock (_gate) _idle.Add((connection, time.GetTimestamp()));
    }

    /// <summary>Closes what has been idle for too long.</summary>
    public void Sweep(TimeSpan idleTime)
    {
        lock (_gate)
        {
            int old = 0;
            while (old < _idle.Count && time.GetElapsedTime(_idle[old].Since) >= idleTime) old++;
            for (int i = 0; i < old; i++) Close(_idle[i].Connection);
            _idle.RemoveRange(0, old);
        }
    }

    /// <summary>Closes without waiting for the farewell.</summary>
    public void Close(T connection) => _ = close(connection).AsTask();
}
