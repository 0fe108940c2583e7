using System.Collections.Concurrent;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Calls that are not in use. As many as run at the same time are made, and a bounded number is kept.</summary>
internal sealed class FilterCallPool(TimeProvider time)
{
    private const int KeptMax = 256;

    private readonly ConcurrentQueue<FilterCall> _kept = new();
    private int _count;

    public FilterCall Rent()
    {
        if (_kept.TryDequeue(out FilterCall? call))
        {
            Interlocked.Decrement(ref _count);
            return call;
        }

        return new FilterCall(time);
    }

    public void Return(FilterCall call)
    {
        if (!call.TryReset() || Volatile.Read(ref _count) >= KeptMax)
        {
            call.Dispose();
            return;
        }

        Interlocked.Increment(ref _count);
        _kept.Enqueue(call);
    }
}
