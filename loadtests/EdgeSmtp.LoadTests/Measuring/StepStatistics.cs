using HdrHistogram;

namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>Latencies of one step of one flow, to three digits, up to ten minutes. Thread-safe.</summary>
/// <param name="name">The step.</param>
internal sealed class StepStatistics(string name)
{
    private const long MicrosecondsMax = 600_000_000;
    private readonly LongConcurrentHistogram _histogram = new(1, MicrosecondsMax, 3);

    public string Name => name;

    public long Count => _histogram.TotalCount;

    public TimeSpan Mean => TimeSpan.FromMicroseconds(Count == 0 ? 0 : _histogram.GetMean());

    public TimeSpan Max => TimeSpan.FromMicroseconds(Count == 0 ? 0 : _histogram.GetMaxValue());

    public void Record(TimeSpan latency) => _histogram.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, MicrosecondsMax));

    /// <summary>The latency that so many percent of all did not exceed.</summary>
    /// <param name="percentile">0 to 100.</param>
    public TimeSpan At(double percentile) => TimeSpan.FromMicroseconds(Count == 0 ? 0 : _histogram.GetValueAtPercentile(percentile));
}
