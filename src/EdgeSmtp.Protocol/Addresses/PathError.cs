namespace EdgeSmtp.Protocol.Addresses;

/// <summary>Why a path was not taken. The reply for each stands in <see cref="Smtp.CommandErrors"/>.</summary>
public enum PathError : byte
{
    /// <summary>The path is good.</summary>
    None,

    /// <summary>The text does not follow RFC 5321 §4.1.2: brackets, quotes, a second <c>@</c>, a control byte, or no mailbox where one is needed.</summary>
    Syntax,

    /// <summary>The local part is longer than <see cref="PathLimits.LocalPartBytesMax"/>.</summary>
    LocalPartTooLong,

    /// <summary>The domain is longer than <see cref="PathLimits.DomainBytesMax"/>, or a label than <see cref="PathLimits.LabelBytesMax"/>.</summary>
    DomainTooLong,

    /// <summary>The path is longer than <see cref="PathLimits.PathBytesMax"/>.</summary>
    PathTooLong,

    /// <summary>The domain has an empty, hyphen-bounded or otherwise malformed label, or a U-label that has no A-label (RFC 5891 §4).</summary>
    InvalidDomain,

    /// <summary>The address literal is not IPv4 or IPv6 (RFC 5321 §4.1.3); general literals are refused, since no tag is registered for them.</summary>
    InvalidAddressLiteral,

    /// <summary>The path has bytes outside ASCII and SMTPUTF8 was not asked for (RFC 6531 §3.3).</summary>
    Utf8NotAllowed,

    /// <summary>The bytes outside ASCII are not well-formed UTF-8, or are control characters (RFC 3629 §3).</summary>
    InvalidUtf8,
}
