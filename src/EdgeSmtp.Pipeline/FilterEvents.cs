namespace EdgeSmtp.Pipeline;

/// <summary>Kinds of entries that the driver writes to the event log.</summary>
public static class FilterEvents
{
    /// <summary>What a filter in shadow would have done: <c>session</c>, <c>transaction</c>, <c>to</c>, <c>filter</c>, <c>stage</c>, <c>verdict</c>, <c>reason</c>, <c>detail</c>.</summary>
    public const string Shadow = "filter-shadow";
}
