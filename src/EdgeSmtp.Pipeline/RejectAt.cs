namespace EdgeSmtp.Pipeline;

/// <summary>When verdicts of connect, HELO and MAIL are answered.</summary>
public enum RejectAt : byte
{
    /// <summary>At RCPT, so that every refusal is logged with sender and recipient. Default.</summary>
    Recipient,

    /// <summary>At the command that they are about.</summary>
    Stage,
}
