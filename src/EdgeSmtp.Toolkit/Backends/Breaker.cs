namespace EdgeSmtp.Toolkit.Backends;

/// <summary>
/// Stops asking a backend that fails again and again. Closed, it counts failures in a row; open, it lets nothing through for a while; then one call goes through, and
/// what becomes of it closes or opens it again. Thread-safe.
/// </summary>
/// <param name="failures">Failures in a row that open it.</param>
/// <param name="pause">How long it stays open.</param>
/// <param name="time">The clock.</param>
internal sealed class Breaker(int failures, TimeSpan pause, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _failed;
    private bool _isOpen;
    private bool _isTrying;
    private long _openedAt;

    /// <summary>Whether a call may go through. Every <c>true</c> is followed by exactly one of the other calls.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (!_isOpen)
            {
                return true;
            }

            if (_isTrying || time.GetElapsedTime(_openedAt) < pause)
            {
                return false;
            }

            return _isTrying = true;
        }
    }

    /// <summary>A call came to an answer.</summary>
    /// <returns>Whether this closed the breaker.</returns>
    public bool Succeeded()
    {
        lock (_lock)
        {
            bool closed = _isOpen;
            _isOpen = _isTrying = false;
            _failed = 0;
            return closed;
        }
    }

    /// <summary>A call failed.</summary>
    /// <returns>Whether this opened the breaker, after it was closed.</returns>
    public bool Failed()
    {
        lock (_lock)
        {
            if (_isOpen)
            {
                // Those that were in flight when it opened do not make the pause longer; the one that was to try does.
                if (_isTrying)
                {
                    _isTrying = false;
                    _openedAt = time.GetTimestamp();
                }

                return false;
            }

            if (++_failed < failures)
            {
                return false;
            }

            _isOpen = true;
            _openedAt = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>A call ended without telling anything about the backend.</summary>
    public void Abandoned()
    {
        lock (_lock)
        {
            _isTrying = false;
        }
    }
}
