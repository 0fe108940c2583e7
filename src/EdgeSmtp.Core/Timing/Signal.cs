namespace EdgeSmtp.Core.Timing;

/// <summary>Wakes one waiting loop. Nothing is lost: the loop takes <see cref="Next"/> before it looks at what there is to do, and awaits it after.</summary>
public sealed class Signal
{
    private TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next <see cref="Set"/>.</summary>
    public Task Next => Volatile.Read(ref _source).Task;

    /// <summary>Wakes the loop.</summary>
    public void Set()
    {
        // Already set and not yet taken up: one wake is enough.
        if (!Next.IsCompleted)
        {
            Volatile.Read(ref _source).TrySetResult();
        }
    }

    /// <summary>Makes the signal ready for the next wake. Only the loop calls it, before it looks at what there is to do.</summary>
    public void Reset()
    {
        if (Next.IsCompleted)
        {
            Volatile.Write(ref _source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }
}
