using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Registers <see cref="SenderCheckFilter"/>.</summary>
public static class SenderCheckFilterExtensions
{
    /// <summary>Makes <c>"Type": "SenderCheck"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddSenderCheck(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);

        // Not skipped for clients that may relay: the list of bad senders concerns them too, and the check of local senders nobody else. The look-up of the domain skips them itself.
        return filters.Add<SenderCheckFilterOptions>(
            "SenderCheck", static (options, context) => new SenderCheckFilter(options, context), new FilterTraits { ExemptPostmaster = true });
    }
}
