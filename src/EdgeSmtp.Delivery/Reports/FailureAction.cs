namespace EdgeSmtp.Delivery.Reports;

/// <summary>What follows from a final failure.</summary>
internal enum FailureAction : byte
{
    /// <summary>The sender is told.</summary>
    Report,

    /// <summary>Postmaster is told: there is no sender.</summary>
    ReportToPostmaster,

    /// <summary>Nobody wants to know (NOTIFY).</summary>
    Silent,

    /// <summary>Nobody is left to tell.</summary>
    Drop,

    /// <summary>The sender is probably forged: the message is held for an operator.</summary>
    Hold,
}
