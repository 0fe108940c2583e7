using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.Spf;

/// <summary>Registers <see cref="SpfFilter"/>.</summary>
public static class SpfFilterExtensions
{
    /// <summary>Makes <c>"Type": "Spf"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddSpf(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<SpfFilterOptions>(
            "Spf",
            static (options, context) => new SpfFilter(options, context),

            // An allow list vouches for a client, not for every sender that it names: what SPF says is still wanted by others.
            new FilterTraits
            {
                Effect = FilterEffect.Annotates,
                ExemptPostmaster = true,
                SkipWhen = [KnownFacts.Relay, KnownFacts.TrustedForwarder],
                Provides = [AuthenticationFacts.Spf],
            });
    }
}
