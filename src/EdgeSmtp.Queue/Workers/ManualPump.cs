namespace EdgeSmtp.Queue.Workers;

/// <summary>Runs all workers on the caller's thread until none has anything to do: the order of disk calls is then the same in each run.</summary>
internal sealed class ManualPump
{
    private readonly List<QueueWorker> _workers = [];
    private bool _running;

    /// <summary>Whether waking does nothing, so that several operations gather for one batch.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Takes a worker in; they step in the order of their coming.</summary>
    /// <param name="worker">Not started.</param>
    public void Add(QueueWorker worker)
    {
        _workers.Add(worker);
        worker.Attach(this);
    }

    /// <summary>Runs to rest. Does nothing when it runs already, or is paused.</summary>
    public void Run()
    {
        if (_running || IsPaused)
        {
            return;
        }

        _running = true;
        try
        {
            bool worked = true;
            while (worked)
            {
                worked = false;
                foreach (QueueWorker worker in _workers)
                {
                    worked |= worker.Step();
                }
            }
        }
        finally
        {
            _running = false;
        }
    }
}
