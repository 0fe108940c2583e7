using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.AuthenticationResults;

/// <summary>Registers <see cref="AuthenticationResultsFilter"/>.</summary>
public static class AuthenticationResultsFilterExtensions
{
    /// <summary>Makes <c>"Type": "AuthenticationResults"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddAuthenticationResults(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<AuthenticationResultsFilterOptions>(
            "AuthenticationResults",
            static (options, context) => new AuthenticationResultsFilter(options, context),

            // It removes what is forged, so it may not fail open.
            new FilterTraits { Effect = FilterEffect.Rewrites });
    }
}
