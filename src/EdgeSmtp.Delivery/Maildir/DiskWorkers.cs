using System.Collections.Concurrent;

namespace EdgeSmtp.Delivery.Maildir;

/// <summary>A few threads for calls that block on the disk, so that none ever blocks the thread pool.</summary>
public sealed class DiskWorkers : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">1 to 64.</param>
    public DiskWorkers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 64);
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"disk-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Runs blocking work on one of the threads. The caller goes on on the thread pool.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="work">The work; what it throws comes out of the task.</param>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (Exception error)
            {
                completion.SetException(error);
            }
        });
        return completion.Task;
    }

    /// <summary>Finishes what was given, then ends the threads.</summary>
    public void Dispose()
    {
        _work.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _work.Dispose();
    }

    private void Work()
    {
        foreach (Action action in _work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
