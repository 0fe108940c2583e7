namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Kinds of filters; the numbers are the tags of their encoding (RFC 4511 §4.5.1.7).</summary>
internal enum LdapFilterKind
{
    And = 0,
    Or = 1,
    Not = 2,
    Equality = 3,
    Substrings = 4,
    GreaterOrEqual = 5,
    LessOrEqual = 6,
    Present = 7,
    Approximate = 8,
    Extensible = 9,
}
