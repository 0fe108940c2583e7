namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>How the connection to the directory is protected. In both protected forms the certificate must be good for the name of the server.</summary>
public enum LdapTls
{
    /// <summary>TLS from the first byte, by default on port 636.</summary>
    Ldaps,

    /// <summary>TLS after the StartTLS operation (RFC 4511 §4.14), by default on port 389.</summary>
    StartTls,

    /// <summary>Clear text, by default on port 389: for a server on this host.</summary>
    None,
}
