namespace EdgeSmtp.Pipeline.Building;

/// <summary>One piece of state and how many instances hold it.</summary>
internal sealed class StateEntry(StateKey key, object value)
{
    public StateKey Key => key;

    public object Value => value;

    public int Holders { get; set; } = 1;
}
