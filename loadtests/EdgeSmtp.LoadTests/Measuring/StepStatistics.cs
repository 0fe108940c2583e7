using HdrHistogram;

namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>Latencies of one step of one flow, to three digits, up to ten minutes; of the whole run and of each third of it. Thread-safe.</summary>
/// <param name="name">The step.</param>
internal sealed class StepStatistics(string name)
{
    public const int Thirds = 3;

    private const long MicrosecondsMax = 600_000_000;
    private readonly LongConcurrentHistogram _histogram = NewHistogram();
    private readonly LongConcurrentHistogram[] _thirds = [NewHistogram(), NewHistogram(), NewHistogram()];

    public string Name => name;

    public long Count => _histogram.TotalCount;

    public TimeSpan Mean => TimeSpan.FromMicroseconds(Count == 0 ? 0 : _histogram.GetMean());

    public TimeSpan Max => TimeSpan.FromMicroseconds(Count == 0 ? 0 : _histogram.GetMaxValue());

    /// <summary>Counts one.</summary>
    /// <param name="latency">The latency.</param>
    /// <param name="third">In which third of the run: 0, 1 or 2.</param>
    public void Record(TimeSpan latency, int third)
    {
        long microseconds = Math.Clamp((long)latency.TotalMicroseconds, 1, MicrosecondsMax);
        _histogram.RecordValue(microseconds);
        _thirds[third].RecordValue(microseconds);
    }

    /// <summary>The latency that so many percent of all did not exceed.</summary>
    /// <param name="percentile">0 to 100.</param>
    public TimeSpan At(double percentile) => At(_histogram, percentile);

    /// <summary>The same of one third of the run.</summary>
    /// <param name="percentile">0 to 100.</param>
    /// <param name="third">0, 1 or 2.</param>
    public TimeSpan At(double percentile, int third) => At(_thirds[third], percentile);

    private static TimeSpan At(LongConcurrentHistogram histogram, double percentile) =>
        TimeSpan.FromMicroseconds(histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percentile));

    private static LongConcurrentHistogram NewHistogram() => new(1, MicrosecondsMax, 3);
}
