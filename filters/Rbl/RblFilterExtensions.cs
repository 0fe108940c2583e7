using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>Registers <see cref="RblFilter"/>.</summary>
public static class RblFilterExtensions
{
    /// <summary>Makes <c>"Type": "Rbl"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddRbl(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<RblFilterOptions>(
            "Rbl",
            static (options, context) => new RblFilter(options, context).StartSelfTest(),
            new FilterTraits
            {
                ExemptPostmaster = true,
                SkipWhen = [KnownFacts.Relay, KnownFacts.TrustedForwarder, KnownFacts.Trusted],
                Provides = [KnownFacts.Trusted],
            });
    }
}
