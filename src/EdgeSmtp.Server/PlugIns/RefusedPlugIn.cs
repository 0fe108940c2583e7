namespace EdgeSmtp.Server.PlugIns;

/// <summary>A plug-in that is not loaded.</summary>
/// <param name="Name">Name of its folder; empty for the folder of all of them.</param>
/// <param name="Reasons">Why.</param>
internal sealed record RefusedPlugIn(string Name, IReadOnlyList<string> Reasons);
