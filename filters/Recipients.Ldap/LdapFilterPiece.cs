namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>A piece of a filter as it was written, and what follows it.</summary>
internal readonly record struct LdapFilterPiece(string Text, LdapAddressPart Part);
