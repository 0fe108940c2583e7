namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>How far below the base a search reaches. The numbers are those of the protocol (RFC 4511 §4.5.1.2).</summary>
public enum LdapScope
{
    /// <summary>Only the base itself.</summary>
    Base = 0,

    /// <summary>Only what is directly below the base.</summary>
    OneLevel = 1,

    /// <summary>The base and everything below it.</summary>
    Subtree = 2,
}
