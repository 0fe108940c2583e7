using System.DirectoryServices.Protocols;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>What every search of a backend has in common.</summary>
internal sealed record LdapSearch(string BaseDn, SearchScope Scope, bool IgnoreReferences)
{
    public static LdapSearch Of(LdapBackendOptions options) => new(
        options.BaseDn,
        options.Scope switch
        {
            LdapScope.OneLevel => SearchScope.OneLevel,
            LdapScope.Base => SearchScope.Base,
            _ => SearchScope.Subtree,
        },
        options.IgnoreReferences);
}
