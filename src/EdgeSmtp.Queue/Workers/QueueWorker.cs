namespace EdgeSmtp.Queue.Workers;

/// <summary>A thread of the queue, made of steps. Crash tests run the steps of all workers on one thread in a fixed order instead.</summary>
/// <param name="name">Name of the thread.</param>
internal abstract class QueueWorker(string name)
{
    private readonly object _monitor = new();
    private ManualPump? _pump;
    private Thread? _thread;
    private bool _woken;
    private bool _stopping;

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs the steps on the thread of whoever wakes it, for tests.</summary>
    /// <param name="pump">Runs all workers.</param>
    public void Attach(ManualPump pump) => _pump = pump;

    /// <summary>There is something to do.</summary>
    public void Wake()
    {
        if (_pump is { } pump)
        {
            pump.Run();
            return;
        }

        lock (_monitor)
        {
            _woken = true;
            Monitor.Pulse(_monitor);
        }
    }

    /// <summary>Ends the thread after its current step.</summary>
    public void Stop()
    {
        lock (_monitor)
        {
            _stopping = true;
            Monitor.Pulse(_monitor);
        }

        _thread?.Join();
    }

    /// <summary>Does one piece of work.</summary>
    /// <returns><c>false</c> when there was none.</returns>
    public abstract bool Step();

    /// <summary>How long to sleep without being woken, in milliseconds; −1 for ever.</summary>
    protected virtual int IdleMilliseconds => Timeout.Infinite;

    /// <summary>A step threw: a bug, or a disk error that no step expects. Nothing more is accepted then, but what waits must be answered.</summary>
    /// <param name="error">What it threw.</param>
    protected abstract void OnFault(Exception error);

    private void Run()
    {
        while (true)
        {
            bool worked = false;
            try
            {
                worked = Step();
            }
            catch (Exception error)
            {
                OnFault(error);
            }

            lock (_monitor)
            {
                if (_stopping)
                {
                    return;
                }

                if (!worked && !_woken)
                {
                    Monitor.Wait(_monitor, IdleMilliseconds);
                }

                _woken = false;
            }
        }
    }
}
