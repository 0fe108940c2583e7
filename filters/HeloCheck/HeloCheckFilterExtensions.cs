using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>Registers <see cref="HeloCheckFilter"/>.</summary>
public static class HeloCheckFilterExtensions
{
    /// <summary>Makes <c>"Type": "HeloCheck"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddHeloCheck(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<HeloCheckFilterOptions>(
            "HeloCheck",
            static (options, context) => new HeloCheckFilter(options, context),
            new FilterTraits
            {
                SmtpOnly = true,
                ExemptPostmaster = true,
                SkipWhen = [KnownFacts.Relay, KnownFacts.TrustedForwarder, KnownFacts.Trusted],
            });
    }
}
