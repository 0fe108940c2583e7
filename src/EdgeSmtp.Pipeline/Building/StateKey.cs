namespace EdgeSmtp.Pipeline.Building;

/// <summary>Names state that outlives a reload.</summary>
/// <param name="Instance">Name of the filter instance.</param>
/// <param name="Type">Its type in configuration.</param>
/// <param name="Name">Name within the instance.</param>
/// <param name="Own">The type of the state when it belongs to a load context of its own, else <c>null</c>. Two versions of a plug-in call different types by the same name, and each has its own state.</param>
internal readonly record struct StateKey(string Instance, string Type, string Name, Type? Own)
{
    /// <summary>Names state of a type.</summary>
    public static StateKey Of<T>(string instance, string type, string name) => new(instance, type, name, typeof(T).IsCollectible ? typeof(T) : null);

    /// <summary>Whether another key stands for the same state of another version.</summary>
    public bool IsOtherVersionOf(StateKey other) => Own is not null && other.Own is not null && Own != other.Own && this with { Own = null } == other with { Own = null };
}
