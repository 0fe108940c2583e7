using System.Diagnostics;

namespace EdgeSmtp.Core.Metrics;

/// <summary>One child of a histogram. Thread-safe.</summary>
public abstract class HistogramHandle
{
    /// <summary>Observes one value, in the unit that the name says.</summary>
    /// <param name="value">The value.</param>
    public abstract void Observe(double value);

    /// <summary>Observes one value, and keeps the trace in which it was seen as an example, where the library can.</summary>
    /// <param name="value">The value.</param>
    /// <param name="span">A span of that trace; <c>null</c> for none.</param>
    public virtual void Observe(double value, Activity? span) => Observe(value);
}
