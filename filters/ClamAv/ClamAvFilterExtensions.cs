using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.ClamAv;

/// <summary>Registers <see cref="ClamAvFilter"/>.</summary>
public static class ClamAvFilterExtensions
{
    /// <summary>Makes <c>"Type": "ClamAv"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddClamAv(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<ClamAvFilterOptions>(
            "ClamAv",
            static (options, context) => new ClamAvFilter(options, context),

            // It removes forged fields of its own name; and a bug or a deadline of ours must not let a virus pass: to fail open is OnFailure, which marks.
            new FilterTraits { Effect = FilterEffect.Rewrites, Required = true });
    }
}
