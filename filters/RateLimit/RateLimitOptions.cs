using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>One limit: a token bucket for each key.</summary>
public sealed record RateLimitOptions : IValidatableObject
{
    private static readonly TimeSpan FillTimeMax = TimeSpan.FromDays(31);

    /// <summary>What is counted. Default <see cref="RateUnit.Messages"/>.</summary>
    public RateUnit Unit { get; init; }

    /// <summary>By what clients are told apart. Default <see cref="RateKeyKind.Client"/>.</summary>
    public RateKeyKind Key { get; init; }

    /// <summary>Units that each <see cref="Period"/> allows. 1 to 1,000,000,000,000; required.</summary>
    [Required]
    [Range(1L, 1_000_000_000_000L)]
    public long Rate { get; init; } = 1;

    /// <summary>The period. 1 s to 7 days; default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Units that may come at once after a quiet time. 1 to 1,000,000,000,000; default as many as <see cref="Rate"/>. Must be given back within 31 days.</summary>
    [Range(1L, 1_000_000_000_000L)]
    public long? Burst { get; init; }

    /// <summary>What follows beyond the limit. Default <see cref="RateAction.Defer"/>.</summary>
    public RateAction Action { get; init; }

    /// <summary>Points of <see cref="RateAction.Score"/>. -100 to 100; default 1.</summary>
    [Range(-100.0, 100.0)]
    public double Points { get; init; } = 1;

    /// <summary>For whom the limit is. Default <see cref="RateMatch.Any"/>.</summary>
    public RateMatch Match { get; init; }

    /// <summary>Bits of an IPv4 address that make a client's network. 8 to 32; default 32.</summary>
    [Range(8, 32)]
    public int PrefixV4 { get; init; } = 32;

    /// <summary>The same for IPv6. 16 to 64; default 64: within a /64 one customer can have any address it likes, so a longer prefix would limit nobody.</summary>
    [Range(16, 64)]
    public int PrefixV6 { get; init; } = 64;

    /// <summary>Whether users and recipient domains are counted for each client network apart. Default no. HELO and sender always are.</summary>
    public bool PerNetwork { get; init; }

    /// <summary>Keys remembered. 1 to 10,000,000; default 100,000 (about 10 MB). A change takes effect at the next start.</summary>
    [Range(1, 10_000_000)]
    public int KeysMax { get; init; } = 100_000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Unit == RateUnit.Connections && Key != RateKeyKind.Client)
        {
            yield return new ValidationResult("Connections are counted before anything but the client is known.", [nameof(Key)]);
        }

        if (Unit == RateUnit.Failures && Key is RateKeyKind.Sender or RateKeyKind.RecipientDomain)
        {
            yield return new ValidationResult("Failures belong to a session: by Client, Helo or User.", [nameof(Key)]);
        }

        if ((Burst ?? Rate) * (Period / TimeSpan.FromDays(1)) / Rate > FillTimeMax.TotalDays)
        {
            yield return new ValidationResult($"At this rate, what a burst takes is not given back within {FillTimeMax.Days} days.", [nameof(Burst)]);
        }
    }
}
