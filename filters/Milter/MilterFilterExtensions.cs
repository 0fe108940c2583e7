using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Milter;

/// <summary>Registers <see cref="MilterFilter"/>.</summary>
public static class MilterFilterExtensions
{
    /// <summary>Makes <c>"Type": "Milter"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddMilter(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<MilterFilterOptions>("Milter", static (options, context) => new MilterFilter(options, context), TraitsOf);
    }

    /// <summary>A milter that may only add fields may fail open; any other may not, and runs alone.</summary>
    private static FilterTraits TraitsOf(MilterFilterOptions options)
    {
        bool rewrites = options.Changes.Any(static change => change is not (MilterChange.AddHeaders or MilterChange.Quarantine));
        return new FilterTraits
        {
            Effect = rewrites ? FilterEffect.Rewrites : FilterEffect.Annotates,
            ReplacesBody = options.Changes.Contains(MilterChange.ReplaceBody),
            Groupable = !rewrites,
        };
    }
}
