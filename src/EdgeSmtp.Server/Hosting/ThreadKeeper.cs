using EdgeSmtp.Pipeline;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>
/// Gives the pool a thread for each that a filter blocks. The pool would find out by itself, at a rate of one or two a second, and on two processors a filter that blocks as many threads
/// would stop every session until then. Has a thread of its own: what is to help an exhausted pool must not wait for it.
/// </summary>
internal sealed partial class ThreadKeeper : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly ManualResetEventSlim _stop = new();
    private readonly PipelineBuilder _pipelines;
    private readonly TimeProvider _time;
    private readonly ILogger<ThreadKeeper> _logger;
    private readonly List<BlockingFilter> _found = [];
    private readonly Thread _thread;
    private readonly int _workersAtRest;
    private int _given;
    private long? _loggedAt;

    /// <summary>Starts to look.</summary>
    /// <param name="pipelines">Knows the filters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of filters that block, once a minute.</param>
    public ThreadKeeper(PipelineBuilder pipelines, TimeProvider time, ILogger<ThreadKeeper> logger)
    {
        _pipelines = pipelines;
        _time = time;
        _logger = logger;
        ThreadPool.GetMinThreads(out _workersAtRest, out _);
        _thread = new Thread(Run) { IsBackground = true, Name = "edgesmtp threads" };
        _thread.Start();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
        Give(0);
    }

    private void Run()
    {
        while (!_stop.Wait(Period))
        {
            _found.Clear();
            _pipelines.FindBlocking(_found);
            Give(_found.Sum(static filter => filter.Calls));
            if (_found.Count > 0 && (_loggedAt is not { } logged || _time.GetElapsedTime(logged) >= LogInterval))
            {
                _loggedAt = _time.GetTimestamp();
                _found.ForEach(filter => LogBlocking(filter.Filter, filter.Calls));
            }
        }
    }

    private void Give(int threads)
    {
        if (threads == _given)
        {
            return;
        }

        _given = threads;
        ThreadPool.GetMinThreads(out _, out int ports);
        ThreadPool.SetMinThreads(_workersAtRest + threads, ports);
    }

    [LoggerMessage(EventId = 817, Level = LogLevel.Warning, Message = "Filter {Filter} blocks {Calls} threads: its code waits without await. Its other calls wait for a place.")]
    private partial void LogBlocking(string filter, int calls);
}
