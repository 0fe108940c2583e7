namespace EdgeSmtp.Core.Storage;

/// <summary>Properties of a queued message.</summary>
[Flags]
public enum EnvelopeFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Held until an operator releases or removes it.</summary>
    Held = 1,

    /// <summary>SMTPUTF8 was asked for (RFC 6531 §3.4).</summary>
    SmtpUtf8 = 2,

    /// <summary>The content has bytes above 127.</summary>
    EightBit = 4,

    /// <summary>The content is BINARYMIME (RFC 3030 §3): only BDAT carries it.</summary>
    Binary = 8,

    /// <summary>A report of ours from the null reverse-path.</summary>
    Report = 16,

    /// <summary>Failed SPF or was tagged by a content filter: its failure is held and counted instead of bounced.</summary>
    Suspect = 32,

    /// <summary>Came from a client with the right to relay.</summary>
    FromRelayClient = 64,
}
