namespace EdgeSmtp.Client.Net;

/// <summary>One timer for all waits of a connection, armed before each and disarmed after it, so that waiting costs no allocation.</summary>
/// <remarks>A timer that fires just as its wait ends is found by the next wait: the connection then counts as timed out, at its limit. Not thread-safe.</remarks>
internal sealed class Deadline(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private CancellationTokenRegistration _link;
    private CancellationToken _outer;

    /// <summary>Fires at the deadline, and when the caller gives up.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Lets the caller of the running operation end all its waits.</summary>
    public void Link(CancellationToken outer)
    {
        _outer = outer;
        _link = outer.UnsafeRegister(static state => ((Deadline)state!).Cancel(), this);
    }

    /// <summary>Ends what <see cref="Link"/> began.</summary>
    public void Unlink()
    {
        _link.Dispose();
        _link = default;
        _outer = default;
    }

    /// <summary>Begins a wait.</summary>
    public void Arm(TimeSpan limit) => _source.CancelAfter(limit);

    /// <summary>Ends a wait.</summary>
    public void Disarm() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Throws when it was the caller who ended the wait.</summary>
    public void ThrowIfGivenUp() => _outer.ThrowIfCancellationRequested();

    /// <inheritdoc />
    public void Dispose()
    {
        Unlink();
        _source.Dispose();
    }

    private void Cancel() => _source.Cancel();
}
