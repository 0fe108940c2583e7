namespace EdgeSmtp.Core.Metrics;

/// <summary>One child of a counter. Thread-safe.</summary>
public abstract class CounterHandle
{
    /// <summary>Adds.</summary>
    /// <param name="amount">Zero or more.</param>
    public abstract void Add(double amount = 1);
}
