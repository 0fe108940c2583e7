namespace EdgeSmtp.Delivery.Reports;

/// <summary>What happened to a recipient (RFC 3464 §2.3.3).</summary>
public enum ReportAction : byte
{
    /// <summary>It failed for good.</summary>
    Failed,

    /// <summary>It takes longer; nobody need do anything.</summary>
    Delayed,

    /// <summary>It lies in the mailbox.</summary>
    Delivered,

    /// <summary>It was given to a system that does not report (RFC 3461 §5.2.2).</summary>
    Relayed,
}
