using EdgeSmtp.Filters.Script.Wire;

namespace EdgeSmtp.Filters.Script.Children;

/// <summary>The places that the running children have for questions. A question goes to the child with the fewest; when none has a place, it waits for the first that is free.</summary>
/// <remarks>Thread-safe. How many wait is for the guard in front of this to bound.</remarks>
internal sealed class ScriptPlaces
{
    private readonly Lock _lock = new();
    private readonly List<ScriptChild> _children = [];
    private readonly Dictionary<ScriptChild, TaskCompletionSource> _leaving = [];
    private readonly LinkedList<TaskCompletionSource<ScriptChild>> _waiting = new();
    private bool _isClosed;

    /// <summary>Asks a child.</summary>
    /// <returns>Its answer; <c>null</c> when it does not want to be asked at this stage.</returns>
    /// <exception cref="ScriptException">It failed.</exception>
    public async ValueTask<ScriptAnswer?> AskAsync(ScriptQuestion question, CancellationToken cancellationToken)
    {
        while (true)
        {
            ScriptChild child = await EnterAsync(cancellationToken).ConfigureAwait(false);
            if ((child.Hello.Stages & question.Stage) == 0)
            {
                Leave(child);
                return null;
            }

            if (child.TryAsk(question, Leave) is { } answered)
            {
                return await answered.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            // It ended before it was asked, so that another one may be.
            Leave(child);
        }
    }

    /// <summary>A child is ready.</summary>
    public void Add(ScriptChild child)
    {
        lock (_lock)
        {
            _children.Add(child);
            Seat();
        }
    }

    /// <summary>A child gets no more questions.</summary>
    /// <returns>Ends when it has answered those that it has.</returns>
    public Task RemoveAsync(ScriptChild child)
    {
        lock (_lock)
        {
            _children.Remove(child);
            if (child.Burden == 0)
            {
                return Task.CompletedTask;
            }

            if (!_leaving.TryGetValue(child, out TaskCompletionSource? idle))
            {
                _leaving.Add(child, idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            return idle.Task;
        }
    }

    /// <summary>Nobody is asked any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (TaskCompletionSource<ScriptChild> waiter in _waiting)
            {
                waiter.SetException(new ScriptException("it is not asked any more"));
            }

            _waiting.Clear();
        }
    }

    private async ValueTask<ScriptChild> EnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource<ScriptChild>> node;
        lock (_lock)
        {
            if (_isClosed)
            {
                throw new ScriptException("it is not asked any more");
            }

            if (_waiting.Count == 0 && FindFree() is { } free)
            {
                free.Burden++;
                return free;
            }

            node = _waiting.AddLast(new TaskCompletionSource<ScriptChild>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            return await node.Value.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            GiveUp(node);
            throw;
        }
    }

    /// <summary>Whoever stops waiting leaves the queue, or the place that he was given in the same moment.</summary>
    private void GiveUp(LinkedListNode<TaskCompletionSource<ScriptChild>> node)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiting.Remove(node);
                return;
            }
        }

        if (node.Value.Task.IsCompletedSuccessfully)
        {
            Leave(node.Value.Task.Result);
        }
        else
        {
            // Closed meanwhile: somebody has to have looked at it.
            _ = node.Value.Task.Exception;
        }
    }

    private void Leave(ScriptChild child)
    {
        lock (_lock)
        {
            if (--child.Burden == 0 && _leaving.Remove(child, out TaskCompletionSource? idle))
            {
                idle.SetResult();
            }

            Seat();
        }
    }

    private void Seat()
    {
        while (_waiting.First is { } first && FindFree() is { } free)
        {
            free.Burden++;
            _waiting.RemoveFirst();
            first.Value.SetResult(free);
        }
    }

    private ScriptChild? FindFree()
    {
        ScriptChild? best = null;
        foreach (ScriptChild child in _children)
        {
            if (child.Burden < child.Places && (best is null || child.Burden < best.Burden))
            {
                best = child;
            }
        }

        return best;
    }
}
