namespace EdgeSmtp.Core.Metrics;

/// <summary>One child of a histogram. Thread-safe.</summary>
public abstract class HistogramHandle
{
    /// <summary>Observes one value, in the unit that the name says.</summary>
    /// <param name="value">The value.</param>
    public abstract void Observe(double value);
}
