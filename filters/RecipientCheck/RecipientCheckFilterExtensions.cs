using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.RecipientCheck;

/// <summary>Registers <see cref="RecipientCheckFilter"/>.</summary>
public static class RecipientCheckFilterExtensions
{
    /// <summary>Makes <c>"Type": "RecipientCheck"</c> known.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddRecipientCheck(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);

        // Always: whoever is refused anyway learns from the replies which mailboxes exist as well as anybody. Exempts postmaster from the list; limits know no recipient.
        return filters.Add<RecipientCheckFilterOptions>(
            "RecipientCheck", static (options, context) => new RecipientCheckFilter(options, context), new FilterTraits { Always = true, ExemptPostmaster = true });
    }
}
