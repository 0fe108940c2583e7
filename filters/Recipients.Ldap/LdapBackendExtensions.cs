using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Registers <see cref="LdapBackend"/>.</summary>
public static class LdapBackendExtensions
{
    /// <summary>Makes <c>"Type": "Ldap"</c> known among the backends of the Recipients filter.</summary>
    /// <param name="filters">The registry.</param>
    public static FilterRegistry AddLdapRecipients(this FilterRegistry filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return filters.AddRecipientBackend<LdapBackendOptions>("Ldap", static (options, context) => new LdapBackend(options, context.Time));
    }
}
