namespace EdgeSmtp.Core.Capture;

/// <summary>What a <see cref="CapturedStep"/> tells: what the client did, or what became of it.</summary>
public enum CapturedStepKind : byte
{
    /// <summary>HELO or EHLO; a change of TLS shows here.</summary>
    Hello,

    /// <summary>A breach of the protocol.</summary>
    Violation,

    /// <summary>MAIL.</summary>
    Mail,

    /// <summary>RCPT, whatever the answer.</summary>
    Rcpt,

    /// <summary>The content was complete.</summary>
    Content,

    /// <summary>A filter had an opinion.</summary>
    Verdict,

    /// <summary>A recipient, a transaction or the session was refused.</summary>
    Refused,

    /// <summary>The transaction was committed.</summary>
    Committed,
}
