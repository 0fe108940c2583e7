using EdgeSmtp.Filters.Script.Wire;

namespace EdgeSmtp.Filters.Script.Children;

/// <summary>A question that a child has, and has not answered. It keeps its place there until it is answered, whoever still waits.</summary>
/// <param name="asked">When it was asked.</param>
internal sealed class PendingQuestion(long asked)
{
    private readonly TaskCompletionSource<ScriptAnswer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Asked => asked;

    public Task<ScriptAnswer> Answered => _answered.Task;

    public void Answer(ScriptAnswer answer) => _answered.TrySetResult(answer);

    public void Fail(ScriptException fault)
    {
        _answered.TrySetException(fault);

        // The asker may be long gone.
        _ = _answered.Task.Exception;
    }
}
