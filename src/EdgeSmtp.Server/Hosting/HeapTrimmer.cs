using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Hosting;

/// <summary>
/// Gives memory back after a burst of mail. The collector gives back what is free as it goes on collecting, and a server that has become quiet asks it for nothing: what ten thousand sessions took for some seconds would
/// stay with it for hours. One full collection, once nothing happens, is what it costs (record 0028).
/// </summary>
internal sealed partial class HeapTrimmer : IDisposable
{
    /// <summary>How often it looks; and how long nothing was collected, which means that next to nothing was done, when it acts.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>64 MiB: less is not worth a pause.</summary>
    public const long Worth = 64L << 20;

    /// <summary>From one time to the next, when the heap has not grown between. Doubled, up to <see cref="PauseMax"/>, by each time that was not worth it.</summary>
    public static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(1);

    /// <summary>The longest <see cref="PauseMin"/> becomes.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly IHeap _heap;
    private readonly ILogger<HeapTrimmer> _logger;
    private readonly ITimer _timer;
    private TimeSpan _pause = PauseMin;
    private long _trimmedAt;
    private long _left;
    private int _seen;
    private int _seenAfterTrim;

    /// <summary>Starts to look.</summary>
    /// <param name="heap">The heap.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears what was given back.</param>
    public HeapTrimmer(IHeap heap, TimeProvider time, ILogger<HeapTrimmer> logger)
    {
        _heap = heap;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(static trimmer => ((HeapTrimmer)trimmer!).Look(), this, Period, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        int collections = _heap.Collections;
        bool isQuiet = collections == _seen;
        _seen = collections;
        if (isQuiet && IsDue())
        {
            Trim();
        }

        // Not periodic: what takes long must not overtake itself.
        _timer.Change(Period, Timeout.InfiniteTimeSpan);
    }

    // How much of the heap is free only a collection finds out: a heap that has grown since the last time is worth one, and any other one from time to time.
    private bool IsDue() =>
        _seen != _seenAfterTrim && (_heap.Committed - _left >= Worth || (_heap.Committed >= Worth && _time.GetElapsedTime(_trimmedAt) >= _pause));

    private void Trim()
    {
        long committed = _heap.Committed;
        long start = _time.GetTimestamp();
        _heap.Trim();
        TimeSpan took = _time.GetElapsedTime(start);
        _trimmedAt = _time.GetTimestamp();
        _seen = _seenAfterTrim = _heap.Collections;
        _left = _heap.Committed;
        long given = committed - _left;
        _pause = given >= Worth ? PauseMin : _pause * 2 < PauseMax ? _pause * 2 : PauseMax;
        LogTrimmed(given / (1 << 20), took.TotalMilliseconds);
    }

    [LoggerMessage(EventId = 818, Level = LogLevel.Information, Message = "After a burst, {Mebibytes} MiB of memory are given back, in {Milliseconds:0} ms.")]
    private partial void LogTrimmed(long mebibytes, double milliseconds);
}
