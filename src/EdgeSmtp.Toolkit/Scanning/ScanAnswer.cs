namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>What a scan came to, for a <see cref="VerdictCache{T}"/>.</summary>
/// <typeparam name="T">Type of the finding.</typeparam>
/// <param name="Finding">The finding.</param>
/// <param name="IsDeterministic">Whether another scan of the same would come to the same. A failure, a timeout, a scanner that was busy are not: nobody keeps them.</param>
public readonly record struct ScanAnswer<T>(T Finding, bool IsDeterministic);
