using EdgeSmtp.Toolkit.Rates;

namespace EdgeSmtp.Tests.Filters.RateLimit;

/// <summary>A table somewhere else, as a shared one will be: every answer takes until the test releases it, or fails.</summary>
internal sealed class SlowRateTable(IRateTable inner) : IRateTable
{
    private TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Asked { get; private set; }

    public Exception? Failure { get; set; }

    public void Release()
    {
        TaskCompletionSource gate = _gate;
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.SetResult();
    }

    public async ValueTask<RateDecision> TakeAsync(UInt128 key, RateRule rule, long needed, long taken, CancellationToken cancellationToken)
    {
        Asked++;
        await _gate.Task.WaitAsync(cancellationToken);
        return Failure is null ? await inner.TakeAsync(key, rule, needed, taken, cancellationToken) : throw Failure;
    }

    public async ValueTask ReturnAsync(UInt128 key, RateRule rule, long units, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await inner.ReturnAsync(key, rule, units, cancellationToken);
    }
}
