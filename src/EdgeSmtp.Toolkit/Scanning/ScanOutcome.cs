namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>What a scan came to.</summary>
/// <typeparam name="T">Type of what scanners find; immutable.</typeparam>
/// <param name="Finding">What was found; <c>null</c> with trouble.</param>
/// <param name="Trouble">Why nothing was.</param>
/// <param name="Detail">For the log.</param>
public sealed record ScanOutcome<T>(T? Finding, ScanTrouble Trouble, string? Detail)
    where T : class;
