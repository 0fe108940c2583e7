namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>There is no connection to a server, or it is of no use any more.</summary>
internal sealed class LdapLinkException(string what, Exception? inner = null) : Exception(what, inner);
