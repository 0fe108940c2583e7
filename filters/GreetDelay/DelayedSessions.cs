using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.GreetDelay;

/// <summary>
/// What all variants of one instance share: how many sessions are delayed, and the mark on each. Counted apart from the connections that the server allows,
/// so that clients that wait cannot take the place of clients that work.
/// </summary>
internal sealed class DelayedSessions
{
    private int _count;

    /// <summary>The mark on a session.</summary>
    public SlotKey<SessionMark> Mark { get; } = new();

    /// <summary>Sessions that were delayed and have not come as far as HELO, or were refused before this filter heard of it.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts one more session, unless there are so many already.</summary>
    /// <param name="max">Sessions at most.</param>
    public bool TryBegin(int max)
    {
        if (Interlocked.Increment(ref _count) <= max)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Marks a session; one that was delayed until now is no longer counted.</summary>
    /// <param name="session">The session.</param>
    /// <param name="mark">What it is from now on.</param>
    public void Move(Session session, SessionMark mark)
    {
        if (ReferenceEquals(session.Get(Mark), SessionMark.Delayed))
        {
            Interlocked.Decrement(ref _count);
        }

        session.Set(Mark, mark);
    }
}
