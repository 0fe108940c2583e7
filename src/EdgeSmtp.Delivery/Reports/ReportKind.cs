namespace EdgeSmtp.Delivery.Reports;

/// <summary>What a report says.</summary>
internal enum ReportKind : byte
{
    /// <summary>Recipients failed for good.</summary>
    Failed,

    /// <summary>Recipients are late; it goes on.</summary>
    Delayed,

    /// <summary>Recipients have it, or a host that makes no reports of its own has.</summary>
    Success,

    /// <summary>A report could not be delivered; told to Postmaster.</summary>
    Double,
}
