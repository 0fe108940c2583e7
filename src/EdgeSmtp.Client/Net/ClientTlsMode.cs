namespace EdgeSmtp.Client.Net;

/// <summary>What a connection asks of TLS.</summary>
public enum ClientTlsMode : byte
{
    /// <summary>STARTTLS when offered, the certificate not verified; a failed handshake is reported, so that the caller can go on in clear on a new connection (RFC 7435 §3).</summary>
    Opportunistic,

    /// <summary>Never.</summary>
    None,

    /// <summary>TLS or nothing; the certificate is not verified.</summary>
    Require,

    /// <summary>TLS or nothing; the certificate must be valid for the host's name.</summary>
    RequireVerified,
}
