using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>Registers <see cref="GreylistFilter"/>.</summary>
public static class GreylistFilterExtensions
{
    /// <summary>Makes <c>"Type": "Greylist"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddGreylist(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<GreylistFilterOptions>(
            "Greylist",
            static (options, context) => new GreylistFilter(options, context),
            new FilterTraits { ExemptPostmaster = true, SkipWhen = [KnownFacts.Relay, KnownFacts.TrustedForwarder, KnownFacts.Trusted] });
    }
}
