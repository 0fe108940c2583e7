using System.Collections.Concurrent;

namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>What came of one flow. Thread-safe.</summary>
/// <param name="name">The flow.</param>
/// <param name="third">Which third of the run it is: 0, 1 or 2.</param>
internal sealed class FlowStatistics(string name, Func<int> third)
{
    private readonly ConcurrentDictionary<string, StepStatistics> _steps = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _errors = new(StringComparer.Ordinal);
    private long _started;
    private long _ended;
    private long _shed;
    private long _failed;

    public string Name => name;

    /// <summary>Arrivals that were served.</summary>
    public long Started => Interlocked.Read(ref _started);

    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Arrivals that ended in an error.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Arrivals that were not served, because too many were in flight.</summary>
    public long Shed => Interlocked.Read(ref _shed);

    public long InFlight => Started - Ended;

    public IReadOnlyDictionary<string, long> Errors => _errors;

    /// <summary>In the order of their first use.</summary>
    public IReadOnlyList<StepStatistics> Steps => [.. _steps.Values.OrderByDescending(static step => step.Count).ThenBy(static step => step.Name, StringComparer.Ordinal)];

    public StepStatistics? Step(string step) => _steps.GetValueOrDefault(step);

    public void Start() => Interlocked.Increment(ref _started);

    public void End() => Interlocked.Increment(ref _ended);

    public void CountShed() => Interlocked.Increment(ref _shed);

    public void Record(string step, TimeSpan latency) => _steps.GetOrAdd(step, static name => new StepStatistics(name)).Record(latency, third());

    /// <summary>Counts an arrival that failed.</summary>
    /// <param name="reason">Of few words and few kinds: it is a key.</param>
    public void Fail(string reason)
    {
        Interlocked.Increment(ref _failed);
        _errors.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }
}
