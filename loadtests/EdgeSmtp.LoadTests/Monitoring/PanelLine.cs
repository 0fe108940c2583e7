namespace EdgeSmtp.LoadTests.Monitoring;

/// <summary>One line of a panel.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Points">Seconds since the begin, and values.</param>
internal sealed record PanelLine(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(double Second, double Value)> Points);
