namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>How far below the base a search reaches (RFC 4511 §4.5.1.2).</summary>
public enum LdapScope
{
    /// <summary>The base and everything below it.</summary>
    Subtree,

    /// <summary>Only what is directly below the base.</summary>
    OneLevel,

    /// <summary>Only the base itself.</summary>
    Base,
}
