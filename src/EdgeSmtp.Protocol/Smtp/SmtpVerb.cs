namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The first word of a command line (RFC 5321 §4.1.1 and the extensions).</summary>
public enum SmtpVerb : byte
{
    /// <summary>A word that is no verb known here: 500 5.5.1.</summary>
    Unknown,

    /// <summary>The line holds CR, LF or NUL, so that another server could read it as two: 500 5.5.2, and nothing of it is interpreted (RFC 5321 §2.3.8).</summary>
    Malformed,

    /// <summary>The first line of another protocol: an HTTP request, a TLS ClientHello, an SSH banner. Answer once and disconnect.</summary>
    NonSmtp,

    /// <summary>HELO (RFC 5321 §4.1.1.1).</summary>
    Helo,

    /// <summary>EHLO (RFC 5321 §4.1.1.1).</summary>
    Ehlo,

    /// <summary>LHLO (RFC 2033 §4.1).</summary>
    Lhlo,

    /// <summary>MAIL (RFC 5321 §4.1.1.2).</summary>
    Mail,

    /// <summary>RCPT (RFC 5321 §4.1.1.3).</summary>
    Rcpt,

    /// <summary>DATA (RFC 5321 §4.1.1.4).</summary>
    Data,

    /// <summary>BDAT (RFC 3030 §2).</summary>
    Bdat,

    /// <summary>RSET (RFC 5321 §4.1.1.5).</summary>
    Rset,

    /// <summary>VRFY (RFC 5321 §4.1.1.6).</summary>
    Vrfy,

    /// <summary>EXPN (RFC 5321 §4.1.1.7).</summary>
    Expn,

    /// <summary>HELP (RFC 5321 §4.1.1.8).</summary>
    Help,

    /// <summary>NOOP (RFC 5321 §4.1.1.9).</summary>
    Noop,

    /// <summary>QUIT (RFC 5321 §4.1.1.10).</summary>
    Quit,

    /// <summary>STARTTLS (RFC 3207 §4).</summary>
    StartTls,

    /// <summary>AUTH (RFC 4954 §4).</summary>
    Auth,

    /// <summary>ETRN (RFC 1985 §5).</summary>
    Etrn,

    /// <summary>TURN, obsolete and dangerous (RFC 5321 appendix F.1).</summary>
    Turn,

    /// <summary>XCLIENT, Postfix's command by which a trusted proxy names the client.</summary>
    XClient,
}
