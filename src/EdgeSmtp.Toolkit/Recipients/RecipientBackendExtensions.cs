using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Toolkit.Recipients;

/// <summary>Registers recipient backends.</summary>
public static class RecipientBackendExtensions
{
    /// <summary>Makes a kind of backend known to the Recipients filter: <c>"Backends": { "NAME": { "Type": "…" } }</c>.</summary>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <param name="filters">The registry.</param>
    /// <param name="type">What <c>Type</c> says.</param>
    /// <param name="create">Makes one; called only when it is configured. Connects to nothing: a backend that is down must not keep the server from starting.</param>
    public static FilterRegistry AddRecipientBackend<TOptions>(this FilterRegistry filters, string type, Func<TOptions, FilterPartContext, IRecipientBackend> create)
        where TOptions : RecipientBackendOptions, new()
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.AddPart(type, create);
    }
}
