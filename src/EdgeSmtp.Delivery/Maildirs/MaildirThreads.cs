using System.Collections.Concurrent;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>The threads that write Maildirs: fsync blocks, and the thread pool has none to spare for that. Started with the first message; bounded by the concurrency of the routes.</summary>
internal sealed class MaildirThreads(MaildirWriter writer, int count) : IDisposable
{
    private readonly BlockingCollection<MaildirRequest> _requests = [];
    private readonly Lock _gate = new();
    private List<Thread>? _threads;

    /// <summary>Delivers on one of the threads.</summary>
    public ValueTask<bool> DeliverAsync(MaildirRequest request)
    {
        Start();
        _requests.Add(request);
        return request.Completion;
    }

    /// <summary>Finishes what waits and ends the threads.</summary>
    public void Dispose()
    {
        _requests.CompleteAdding();
        lock (_gate)
        {
            foreach (Thread thread in _threads ?? []) thread.Join();
        }

        _requests.Dispose();
    }

    private void Start()
    {
        if (Volatile.Read(ref _threads) is not null) return;
        lock (_gate)
        {
            if (_threads is not null) return;
            List<Thread> threads = [];
            for (int i = 0; i < count; i++)
            {
                Thread thread = new(Run) { IsBackground = true, Name = $"edgesmtp-maildir-{i}" };
                thread.Start();
                threads.Add(thread);
            }

            Volatile.Write(ref _threads, threads);
        }
    }

    private void Run()
    {
        foreach (MaildirRequest request in _requests.GetConsumingEnumerable())
        {
            try
            {
                request.SetResult(writer.Deliver(request));
            }
            catch (Exception error)
            {
                // One Maildir's trouble is that delivery's result, and not the end of the thread.
                request.SetException(error);
            }
        }
    }
}
