using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>Registers <see cref="RateLimitFilter"/>.</summary>
public static class RateLimitFilterExtensions
{
    /// <summary>Makes <c>"Type": "RateLimit"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddRateLimit(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);

        // Limits apply to everybody, postmaster's mail and vouched-for clients included, unless the operator says otherwise: that is what Match and SkipWhen are for.
        return filters.Add<RateLimitFilterOptions>("RateLimit", static (options, context) => new RateLimitFilter(options, context));
    }
}
