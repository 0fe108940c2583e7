using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.ScoreThreshold;

/// <summary>Registers <see cref="ScoreThresholdFilter"/>.</summary>
public static class ScoreThresholdFilterExtensions
{
    /// <summary>Makes <c>"Type": "ScoreThreshold"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddScoreThreshold(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<ScoreThresholdFilterOptions>(
            "ScoreThreshold",
            static (options, context) => new ScoreThresholdFilter(options, context),

            // It removes forged fields of its own name, and members of a group would not see each other's scores.
            new FilterTraits { Effect = FilterEffect.Rewrites, Groupable = false, ExemptPostmaster = true });
    }
}
