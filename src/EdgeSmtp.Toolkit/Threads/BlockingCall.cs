namespace EdgeSmtp.Toolkit.Threads;

/// <summary>One question on its way to a thread and back.</summary>
internal sealed class BlockingCall<TQuestion, TAnswer>
{
    // Who waits continues on the pool, never on the thread that blocks.
    private readonly TaskCompletionSource<TAnswer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BlockingCall(TQuestion question, CancellationToken token)
    {
        Question = question;
        Token = token;
        Node = new LinkedListNode<BlockingCall<TQuestion, TAnswer>>(this);
    }

    public TQuestion Question { get; }

    public CancellationToken Token { get; }

    public LinkedListNode<BlockingCall<TQuestion, TAnswer>> Node { get; }

    public Task<TAnswer> Answered => _answered.Task;

    public void Succeed(TAnswer answer) => _answered.TrySetResult(answer);

    public void Fail(Exception error)
    {
        if (error is OperationCanceledException && Token.IsCancellationRequested)
        {
            _answered.TrySetCanceled(Token);
        }
        else if (_answered.TrySetException(error))
        {
            // Looked at, so that the failure of a call that nobody awaits is not raised as unobserved.
            _ = _answered.Task.Exception;
        }
    }

    public void Cancel() => _answered.TrySetCanceled(Token);
}
