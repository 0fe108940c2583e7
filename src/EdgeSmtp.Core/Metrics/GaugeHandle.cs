namespace EdgeSmtp.Core.Metrics;

/// <summary>One child of a gauge. Thread-safe.</summary>
public abstract class GaugeHandle
{
    /// <summary>Sets.</summary>
    /// <param name="value">The value now.</param>
    public abstract void Set(double value);

    /// <summary>Adds, or takes away.</summary>
    /// <param name="amount">May be negative.</param>
    public abstract void Add(double amount);
}
