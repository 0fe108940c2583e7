using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>The recipients of a message for whom a scanner is asked once.</summary>
/// <typeparam name="TProfile">What counts for a recipient.</typeparam>
/// <typeparam name="TFinding">What scanners find.</typeparam>
/// <param name="key">What the scanner is told about them; <c>null</c> for nothing.</param>
public sealed class ScanGroup<TProfile, TFinding>(string? key)
    where TFinding : class
{
    /// <summary>What the scanner is told about them.</summary>
    public string? Key => key;

    /// <summary>The recipients, in their order.</summary>
    public List<(Recipient Recipient, TProfile Profile)> Recipients { get; } = [];

    /// <summary>What the scan came to; set once it has ended.</summary>
    public ScanOutcome<TFinding>? Outcome { get; set; }
}
