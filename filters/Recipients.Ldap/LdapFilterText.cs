namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>A piece of an assertion value: octets as they were written, or a part of the address.</summary>
/// <param name="Octets">The octets; empty for a part.</param>
/// <param name="Part">The part, or none.</param>
internal readonly record struct LdapFilterText(byte[] Octets, LdapAddressPart Part);
