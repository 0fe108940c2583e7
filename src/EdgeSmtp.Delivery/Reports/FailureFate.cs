namespace EdgeSmtp.Delivery.Reports;

/// <summary>What becomes of a message that failed for good.</summary>
public enum FailureFate : byte
{
    /// <summary>Its sender gets a report.</summary>
    ReportToSender,

    /// <summary>It came from the null reverse-path: postmaster gets the report, a double bounce.</summary>
    ReportToPostmaster,

    /// <summary>It was itself a double bounce: dropped and logged, a triple bounce.</summary>
    Drop,

    /// <summary>It failed SPF or was tagged: its sender is likely forged, so it is held, counted and alarmed.</summary>
    Hold,
}
