namespace EdgeSmtp.Filters.Rbl;

/// <summary>What one list said about one subject.</summary>
/// <param name="Zone">The list.</param>
/// <param name="Status">What it said.</param>
/// <param name="Subject">What it lists; <c>null</c> when it lists nothing.</param>
/// <param name="Answer">The answer that counted, for the log.</param>
/// <param name="Text">The reply text it wants; <c>null</c> for the filter's own.</param>
internal readonly record struct RblFinding(RblZone Zone, RblStatus Status, string? Subject = null, string? Answer = null, string? Text = null);
