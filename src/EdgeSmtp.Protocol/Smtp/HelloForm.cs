namespace EdgeSmtp.Protocol.Smtp;

/// <summary>What the name after HELO or EHLO is, by its syntax.</summary>
public enum HelloForm : byte
{
    /// <summary>Neither domain nor literal, but printable; policy decides (RFC 5321 §4.1.4 forbids refusing for a name that merely fails to verify).</summary>
    Other,

    /// <summary>A domain (RFC 5321 §4.1.2).</summary>
    Domain,

    /// <summary>An address literal (RFC 5321 §4.1.3).</summary>
    AddressLiteral,
}
