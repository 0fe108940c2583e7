namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>What <see cref="QmtpPackageParser.Read"/> came upon.</summary>
public enum QmtpEvent : byte
{
    /// <summary>The input is used up.</summary>
    NeedMore,

    /// <summary>The message begins: <see cref="QmtpPackageParser.MessageBytes"/> and <see cref="QmtpPackageParser.Coding"/> are known, nothing of it has been read.</summary>
    MessageStart,

    /// <summary>A piece of the message.</summary>
    MessageData,

    /// <summary>The message is complete.</summary>
    MessageEnd,

    /// <summary>The sender, whole; empty for the null reverse-path.</summary>
    Sender,

    /// <summary>The sender was over the limit and has been skipped: every recipient gets <c>D</c>.</summary>
    SenderTooLong,

    /// <summary>A recipient, whole.</summary>
    Recipient,

    /// <summary>A recipient was over the limit and has been skipped: it gets <c>D</c>, in its place.</summary>
    RecipientTooLong,

    /// <summary>The package is complete: now, and not before, the replies are due. The next call begins the next package.</summary>
    PackageEnd,

    /// <summary>The bytes are no package, <see cref="QmtpPackageParser.Error"/> says why. Close without a reply: no position in the stream is known to be right.</summary>
    Error,
}
