namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>What of an address stands at a place of a filter.</summary>
internal enum LdapAddressPart
{
    None,
    Address,
    Local,
    Domain,
}
