using System.Runtime.CompilerServices;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>
/// Notices a client that leaves while filters work for it: by a read that is kept outstanding, and taken back when they have done. A reset gives the session up; so does a
/// FIN behind which nothing is left to be read, but only before the end of the data (docs/adr/0003-fin-is-not-abort.md). What arrives meanwhile is looked at, not consumed.
/// </summary>
/// <remarks>
/// The read is begun by the heartbeat, and only for filters that take longer than <see cref="Patience"/>: quick ones, which are nearly all, cost two writes and no read.
/// </remarks>
/// <param name="channel">The connection.</param>
/// <param name="session">Whom to give up.</param>
internal sealed class ClientWatch(SessionChannel channel, InboundSession session) : IThreadPoolWorkItem
{
    /// <summary>Bytes that may arrive meanwhile. A client that sends more is not watched on: examined bytes no longer hold it back, and under TLS nothing ever would.</summary>
    private const int BytesMax = 16 * 1024;

    private readonly Lock _lock = new();
    private long _due = long.MaxValue;
    private bool _isWanted;
    private bool _isContentComplete;
    private Task? _watching;

    /// <summary>How long filters may take until somebody looks whether the client is still there.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    /// <summary>When the watch begins, in the heartbeat's milliseconds; <see cref="long.MaxValue"/> for never.</summary>
    public long Due => Volatile.Read(ref _due);

    /// <summary>Watches while something is awaited.</summary>
    /// <param name="run">What is awaited.</param>
    /// <param name="isContentComplete">Whether the client has said all it has to say, so that a FIN is no more than that.</param>
    public ValueTask<T> WhileAsync<T>(ValueTask<T> run, bool isContentComplete = false) => run.IsCompleted ? run : AwaitAsync(run, isContentComplete);

    /// <summary>As <see cref="WhileAsync{T}"/>.</summary>
    public ValueTask WhileAsync(ValueTask run, bool isContentComplete = false) => run.IsCompleted ? run : AwaitAsync(run, isContentComplete);

    /// <summary>It is time: begins the read on the pool, because over TLS it may have work to do.</summary>
    public void Start()
    {
        Volatile.Write(ref _due, long.MaxValue);
        channel.UpdateDeadline();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc />
    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
        {
            if (_isWanted && _watching is null)
            {
                _watching = WatchAsync();
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> AwaitAsync<T>(ValueTask<T> run, bool isContentComplete)
    {
        Begin(isContentComplete);
        try
        {
            return await run;
        }
        finally
        {
            await EndAsync();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitAsync(ValueTask run, bool isContentComplete)
    {
        Begin(isContentComplete);
        try
        {
            await run;
        }
        finally
        {
            await EndAsync();
        }
    }

    private void Begin(bool isContentComplete)
    {
        lock (_lock)
        {
            _isWanted = true;
            _isContentComplete = isContentComplete;
        }

        Volatile.Write(ref _due, channel.After(Patience));
        channel.UpdateDeadline();
    }

    /// <summary>Takes the read back. When this has ended, the channel is the session's alone again.</summary>
    private Task EndAsync()
    {
        Task? watching;
        lock (_lock)
        {
            _isWanted = false;
            watching = _watching;
            _watching = null;
        }

        Volatile.Write(ref _due, long.MaxValue);
        channel.UpdateDeadline();
        if (watching is null)
        {
            return Task.CompletedTask;
        }

        if (!watching.IsCompleted)
        {
            // If the read ends by itself at this moment, the session's next one is woken for nothing, which is no harm.
            channel.Wake();
        }

        return watching;
    }

    private async Task WatchAsync()
    {
        while (await channel.ExamineAsync())
        {
            lock (_lock)
            {
                // Somebody else may have woken the read: the heartbeat, or a drain.
                if (!_isWanted || channel.Buffer.Length > BytesMax)
                {
                    return;
                }
            }
        }

        if (channel.IsBroken || (channel.Buffer.IsEmpty && !_isContentComplete))
        {
            session.Abort();
        }
    }
}
