using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Pipeline;

/// <summary>Keys of a <c>Filters</c> section that belong to the driver, not to the filter.</summary>
public sealed record DriverOptions
{
    /// <summary>Whether the filter runs. One that does not is not made either; a profile may switch it on or off for some clients. Default yes.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Deadline of each call of the filter. 10 ms to 5 minutes; default 30 s, a tenth of what RFC 5321 §4.5.3.2 lets the client wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Calls under way at a time, those that were left behind included; further ones wait for a place, within their deadline. For a filter that blocks a thread after an await, and for one whose
    /// backend takes few at a time. A call of a body sink that waits for more content is not under way. 1 to 100,000; <c>null</c>, the default, is no bound.
    /// </summary>
    [Range(1, 100_000)]
    public int? CallsMax { get; init; }

    /// <summary>What replaces the verdict when the filter throws. Default <see cref="FailurePolicy.Defer"/>.</summary>
    public FailurePolicy OnError { get; init; }

    /// <summary>What replaces the verdict at the deadline. Default <see cref="FailurePolicy.Defer"/>.</summary>
    public FailurePolicy OnTimeout { get; init; }

    /// <summary>Runs and is recorded, changes nothing. Default no.</summary>
    public bool Shadow { get; init; }

    /// <summary>Names of facts of which any skips the filter; <c>null</c> takes the default of its type.</summary>
    public IReadOnlyList<string>? SkipWhen { get; init; }

    /// <summary>Whether its verdicts leave postmaster alone; <c>null</c> takes the default of its type.</summary>
    public bool? ExemptPostmaster { get; init; }

    /// <summary>Whether it may give Discard. Default no: such a verdict becomes Continue, loudly.</summary>
    public bool AllowDiscard { get; init; }

    /// <summary>
    /// Texts by reason token, in place of the filter's own: 1 to 400 printable ASCII characters, which may begin with an enhanced code of the same class and may hold
    /// <c>{client}</c>, <c>{sender}</c>, <c>{recipient}</c> and <c>{id}</c>. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Replies { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
