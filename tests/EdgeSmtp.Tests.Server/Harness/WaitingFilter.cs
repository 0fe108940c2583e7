using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A filter that waits at one stage until the test lets it go, or the session is given up.</summary>
internal sealed class WaitingFilter(string stage) : IConnectFilter, IHelloFilter, IMailFilter, IRcptFilter, IMessageFilter
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Verdict Verdict { get; init; }

    public bool IsCancelled => _cancelled.Task.IsCompleted;

    /// <summary>Waits until the filter is asked.</summary>
    public Task EnteredAsync() => _entered.Task.WaitAsync(Guard);

    /// <summary>Waits until its work is given up.</summary>
    public Task CancelledAsync() => _cancelled.Task.WaitAsync(Guard);

    public void Release() => _released.TrySetResult();

    public async ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => await SayAsync("connect", cancellationToken);

    public async ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken) => await SayAsync("hello", cancellationToken);

    public async ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) => await SayAsync("mail", cancellationToken);

    public async ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => await SayAsync("rcpt", cancellationToken);

    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken) =>
        verdicts.SetAll(await SayAsync("message", cancellationToken));

    private async Task<Verdict> SayAsync(string at, CancellationToken cancellationToken)
    {
        if (at != stage)
        {
            return Verdict.Continue;
        }

        _entered.TrySetResult();
        try
        {
            await _released.Task.WaitAsync(cancellationToken);
            return Verdict;
        }
        catch (OperationCanceledException)
        {
            _cancelled.TrySetResult();
            throw;
        }
    }
}
