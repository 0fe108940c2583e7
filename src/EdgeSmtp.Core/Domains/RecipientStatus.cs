namespace EdgeSmtp.Core.Domains;

/// <summary>Whether a mailbox exists.</summary>
public enum RecipientStatus : byte
{
    /// <summary>It exists.</summary>
    Known,

    /// <summary>It does not: 550 5.1.1.</summary>
    Unknown,

    /// <summary>The source cannot tell now: 451 4.3.0.</summary>
    TemporaryFailure,
}
