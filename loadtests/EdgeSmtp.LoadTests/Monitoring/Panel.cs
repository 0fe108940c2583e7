namespace EdgeSmtp.LoadTests.Monitoring;

/// <summary>One panel.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Unit">Its unit, in the words of Grafana.</param>
/// <param name="Queries">What it asks.</param>
internal sealed record Panel(string Title, string Unit, IReadOnlyList<PanelQuery> Queries);
