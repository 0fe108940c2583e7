namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>How the connection to PostgreSQL is protected: its <c>sslmode</c>. A Unix socket is never.</summary>
public enum PostgreSqlTls
{
    /// <summary>TLS with a certificate that is trusted and good for the name of the server.</summary>
    VerifyFull,

    /// <summary>TLS with a certificate that is trusted, whatever its name.</summary>
    VerifyCa,

    /// <summary>TLS with any certificate: who listens passively learns nothing, who stands between does.</summary>
    Require,

    /// <summary>TLS if the server has it.</summary>
    Prefer,

    /// <summary>Clear text.</summary>
    Disable,
}
