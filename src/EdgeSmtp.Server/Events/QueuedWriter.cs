using System.Buffers;
using System.Collections.Concurrent;

namespace EdgeSmtp.Server.Events;

/// <summary>
/// Takes items from any thread without waiting, and makes bytes of them on one thread of its own, not of the pool: gathered for a few milliseconds, written with one call.
/// What does not fit in the queue is not taken.
/// </summary>
/// <typeparam name="T">An item.</typeparam>
internal abstract class QueuedWriter<T> : IDisposable
    where T : class
{
    private const int BufferBytes = 256 * 1024;
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(5);

    private readonly int _queueMax;
    private readonly TimeSpan _gather;
    private readonly TimeSpan _idle;
    private readonly ConcurrentQueue<T> _queue = new();
    private readonly AutoResetEvent _wake = new(initialState: false);

    // Without spinning: the thread waits for milliseconds every time, and the cores belong to others.
    private readonly ManualResetEventSlim _stop = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;
    private int _waiting;
    private int _asleep;

    /// <param name="name">Name of the thread.</param>
    /// <param name="queueMax">Items that may wait.</param>
    /// <param name="gather">Pause in which items gather.</param>
    /// <param name="idle">Time without items after which <see cref="OnIdle"/> is called; <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
    protected QueuedWriter(string name, int queueMax, TimeSpan gather, TimeSpan idle)
    {
        _queueMax = queueMax;
        _gather = gather;
        _idle = idle;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Takes the bytes of <see cref="Append"/>; of the writer's thread alone.</summary>
    protected ArrayBufferWriter<byte> Buffer { get; } = new(BufferBytes);

    /// <summary>Writes what waits, at most 5 s, and closes the outputs.</summary>
    public virtual void Dispose()
    {
        if (_stop.IsSet)
        {
            return;
        }

        _stop.Set();
        _wake.Set();
        if (_thread.Join(StopMax))
        {
            _wake.Dispose();
            _stop.Dispose();
        }
    }

    /// <summary>Begins to write; the last thing that a constructor does.</summary>
    protected void Start() => _thread.Start();

    /// <summary>Hands an item over.</summary>
    /// <param name="item">The item; not to be touched again when it was taken.</param>
    /// <returns>Whether it was taken.</returns>
    protected bool TryEnqueue(T item)
    {
        if (Interlocked.Increment(ref _waiting) > _queueMax || _stop.IsSet)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        _queue.Enqueue(item);
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Set();
        }

        return true;
    }

    /// <summary>Puts the line of an item into <see cref="Buffer"/>, without its end.</summary>
    protected abstract void Append(T item);

    /// <summary>Counts an item that no line is made of. It may be half read, and is not used again.</summary>
    /// <param name="item">The item.</param>
    protected abstract void Drop(T item);

    /// <summary>Writes lines.</summary>
    /// <param name="bytes">The lines with their ends.</param>
    /// <param name="lines">How many.</param>
    protected abstract void Flush(ReadOnlySpan<byte> bytes, int lines);

    /// <summary>Nothing came for a while.</summary>
    protected virtual void OnIdle()
    {
    }

    /// <summary>Closes the outputs; nothing follows.</summary>
    protected abstract void Close();

    private void Run()
    {
        while (true)
        {
            bool stopping = _stop.IsSet;
            Drain();
            if (stopping)
            {
                break;
            }

            Volatile.Write(ref _asleep, 1);
            Interlocked.MemoryBarrier();
            if (_queue.IsEmpty && !_wake.WaitOne(_idle))
            {
                OnIdle();
            }

            Volatile.Write(ref _asleep, 0);
            _stop.Wait(_gather);
        }

        Close();
    }

    private void Drain()
    {
        while (!_queue.IsEmpty)
        {
            int lines = 0;
            int end = 0;
            while (Buffer.WrittenCount < BufferBytes / 2 && _queue.TryDequeue(out T? item))
            {
                Interlocked.Decrement(ref _waiting);
                if (!TryAppend(item))
                {
                    break;
                }

                lines++;
                end = Buffer.WrittenCount;
            }

            if (lines > 0)
            {
                Flush(Buffer.WrittenSpan[..end], lines);
            }

            Buffer.ResetWrittenCount();
        }
    }

    /// <summary>Nobody is above this thread: what is thrown here would end the server. An item that no line can be made of, such as one that no memory is left for, costs its line.</summary>
    private bool TryAppend(T item)
    {
        try
        {
            Append(item);
            Buffer.Write("\n"u8);
            return true;
        }
        catch (Exception)
        {
            Drop(item);
            return false;
        }
    }
}
