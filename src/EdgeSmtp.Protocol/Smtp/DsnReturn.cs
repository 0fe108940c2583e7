namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The RET parameter of MAIL: how much of the message a failure report returns (RFC 3461 §4.3).</summary>
public enum DsnReturn : byte
{
    /// <summary>Not given.</summary>
    Unspecified,

    /// <summary>The whole message.</summary>
    Full,

    /// <summary>The header only.</summary>
    Headers,
}
