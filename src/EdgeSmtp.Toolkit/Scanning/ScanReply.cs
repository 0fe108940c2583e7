namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>What a server of a scanner answered.</summary>
/// <typeparam name="T">Type of what scanners find.</typeparam>
/// <param name="Finding">What it found; <c>null</c> when it could not scan.</param>
/// <param name="Failure">Why it could not, for the log: another server is asked then.</param>
/// <param name="IsDeterministic">Whether another scan of the same would come to the same, so that it may be remembered.</param>
public readonly record struct ScanReply<T>(T? Finding, string? Failure, bool IsDeterministic = true)
    where T : class;
