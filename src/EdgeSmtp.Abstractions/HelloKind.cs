namespace EdgeSmtp.Abstractions;

/// <summary>How the client introduced itself.</summary>
public enum HelloKind : byte
{
    /// <summary>Not yet, or not in this protocol.</summary>
    None,

    /// <summary>HELO: no extensions.</summary>
    Helo,

    /// <summary>EHLO (RFC 5321 §3.2).</summary>
    Ehlo,
}
