namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Which extensions this session offers. A parameter of one that is not offered is unknown: 555 5.5.4 (RFC 5321 §4.1.1.11).</summary>
public readonly record struct ParameterPolicy
{
    /// <summary>Everything parsed here.</summary>
    public static ParameterPolicy All { get; } =
        new() { Size = true, EightBitMime = true, BinaryMime = true, SmtpUtf8 = true, Dsn = true, Auth = true };

    /// <summary>SIZE= (RFC 1870 §3).</summary>
    public bool Size { get; init; }

    /// <summary>BODY=7BIT and BODY=8BITMIME (RFC 6152 §2).</summary>
    public bool EightBitMime { get; init; }

    /// <summary>BODY=BINARYMIME (RFC 3030 §3); needs <see cref="EightBitMime"/>.</summary>
    public bool BinaryMime { get; init; }

    /// <summary>SMTPUTF8 (RFC 6531 §3.4).</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>RET= and ENVID= of MAIL, NOTIFY= and ORCPT= of RCPT (RFC 3461 §4).</summary>
    public bool Dsn { get; init; }

    /// <summary>AUTH= of MAIL (RFC 4954 §5).</summary>
    public bool Auth { get; init; }
}
