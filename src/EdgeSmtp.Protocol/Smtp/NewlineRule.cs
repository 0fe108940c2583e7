namespace EdgeSmtp.Protocol.Smtp;

/// <summary>What happens to a message with one kind of forbidden byte.</summary>
public enum NewlineRule : byte
{
    /// <summary>It is refused at its true end: 550 5.5.2.</summary>
    Reject,

    /// <summary>It is taken; the byte is replaced: bare LF by CRLF, bare CR and NUL by a space.</summary>
    Normalize,
}
