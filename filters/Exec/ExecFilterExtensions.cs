using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Exec;

/// <summary>Registers <see cref="ExecFilter"/>.</summary>
public static class ExecFilterExtensions
{
    /// <summary>Makes <c>"Type": "Exec"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddExec(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.Add<ExecFilterOptions>(
            "Exec",
            static (options, context) => new ExecFilter(options, context),
            new FilterTraits { Effect = FilterEffect.Rewrites, ReplacesBody = true, Groupable = false });
    }
}
