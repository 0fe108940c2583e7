namespace EdgeSmtp.Protocol.Smtp;

/// <summary>What is wrong with the argument of a command. <see cref="CommandErrors.ReplyFor"/> gives the reply of each.</summary>
public enum CommandError : byte
{
    /// <summary>Nothing: the command is good.</summary>
    None,

    /// <summary>The argument does not follow the grammar of its command: 501 5.5.4.</summary>
    Syntax,

    /// <summary>The reverse-path is malformed: 501 5.1.7.</summary>
    BadReversePath,

    /// <summary>The forward-path is malformed: 501 5.1.3.</summary>
    BadForwardPath,

    /// <summary>A path, local part or domain is over its limit: 501 5.1.7 of MAIL (RFC 5321 §4.5.3.1.10).</summary>
    ReversePathTooLong,

    /// <summary>A path, local part or domain is over its limit: 501 5.1.3 of RCPT (RFC 5321 §4.5.3.1.10).</summary>
    ForwardPathTooLong,

    /// <summary>A path has UTF-8 and MAIL did not ask for SMTPUTF8: 553 5.6.7 (RFC 6531 §3.5).</summary>
    Utf8NotAllowed,

    /// <summary>A parameter that is not known or belongs to an extension not offered: 555 5.5.4 (RFC 5321 §4.1.1.11).</summary>
    UnknownParameter,

    /// <summary>A known parameter with a missing or wrong value: 501 5.5.4.</summary>
    BadParameter,

    /// <summary>A parameter given twice: 501 5.5.4.</summary>
    RepeatedParameter,

    /// <summary>The name after HELO or EHLO is missing, too long, or has control characters or bytes that are not UTF-8: 501 5.5.4.</summary>
    BadHello,
}
