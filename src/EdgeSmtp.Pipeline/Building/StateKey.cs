namespace EdgeSmtp.Pipeline.Building;

/// <summary>Names state that outlives a reload.</summary>
/// <param name="Instance">Name of the filter instance.</param>
/// <param name="Type">Its type in configuration.</param>
/// <param name="Name">Name within the instance.</param>
internal readonly record struct StateKey(string Instance, string Type, string Name);
