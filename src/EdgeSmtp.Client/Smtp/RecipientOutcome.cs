namespace EdgeSmtp.Client.Smtp;

/// <summary>What became of one recipient in one transaction.</summary>
public enum RecipientOutcome : byte
{
    /// <summary>Nothing was decided: the connection ended first. Another host may be tried at once.</summary>
    NotTried,

    /// <summary>The server has the message.</summary>
    Accepted,

    /// <summary>Not now.</summary>
    Temporary,

    /// <summary>Never.</summary>
    Permanent,

    /// <summary>The server takes no more recipients in this transaction (RFC 5321 §4.5.3.1.10): send the rest in the next one.</summary>
    TooMany,
}
