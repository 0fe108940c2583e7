using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Options of a <see cref="VerdictCache{T}"/>.</summary>
public sealed record VerdictCacheOptions
{
    /// <summary>Findings kept at most; the least recently used leaves first. 0 (nothing is kept; identical messages at once still share a scan) to 1,000,000; default 20,000, some 5 MB.</summary>
    [Range(0, 1_000_000)]
    public int EntriesMax { get; init; } = 20_000;

    /// <summary>How long a finding counts at most; it ends earlier when the scanner reports another version. 1 second to 1 day; default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(10);
}
