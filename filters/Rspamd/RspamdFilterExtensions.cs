using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rspamd;

/// <summary>Registers <see cref="RspamdFilter"/>.</summary>
public static class RspamdFilterExtensions
{
    /// <summary>Makes <c>"Type": "Rspamd"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddRspamd(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<RspamdFilterOptions>(
            "Rspamd",
            static (options, context) => new RspamdFilter(options, context),

            // It removes what strangers wrote under its names, and what rspamd wants removed.
            new FilterTraits { Effect = FilterEffect.Rewrites });
    }
}
