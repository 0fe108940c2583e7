namespace EdgeSmtp.Pipeline.Building;

/// <summary>One piece of state and how many instances hold it.</summary>
internal sealed class StateEntry(StateKey key, Func<object> factory)
{
    private readonly Lazy<object> _value = new(factory);

    public StateKey Key => key;

    /// <summary>The state. The first who asks makes it, and the others wait: code of the filter, which may throw, or not end.</summary>
    public object Value => _value.Value;

    public int Holders { get; set; } = 1;
}
