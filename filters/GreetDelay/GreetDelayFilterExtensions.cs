using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.GreetDelay;

/// <summary>Registers <see cref="GreetDelayFilter"/>.</summary>
public static class GreetDelayFilterExtensions
{
    /// <summary>Makes <c>"Type": "GreetDelay"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddGreetDelay(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<GreetDelayFilterOptions>(
            "GreetDelay",
            static (options, context) => new GreetDelayFilter(options, context),
            new FilterTraits { SmtpOnly = true, SkipWhen = [KnownFacts.Relay, KnownFacts.TrustedForwarder, KnownFacts.Trusted] });
    }
}
