using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Reasons of filters with a scanner, for what was not scanned. A filter declares a field of its own for each.</summary>
public static class ScannerReasons
{
    /// <summary>The lane is full, and the policy is to wait.</summary>
    public static readonly FilterReason Busy = new(VerdictKind.Defer, "scanner-busy", 451, "4.3.2", "Too many messages are being inspected, try again later");

    /// <summary>No server answers, and the policy is to wait.</summary>
    public static readonly FilterReason Down = new(VerdictKind.Defer, "scanner-down", 451, "4.3.0", "Message cannot be inspected now, try again later");

    /// <summary>It is too large to be scanned, and the policy is to hold it.</summary>
    public static readonly FilterReason Held = new(VerdictKind.Quarantine, "unscanned-quarantine", 250, "2.0.0", "Held for inspection");

    /// <summary>It is too large to be scanned, and the policy is to wait.</summary>
    public static readonly FilterReason Deferred = new(VerdictKind.Defer, "unscanned-defer", 451, "4.3.0", "Message cannot be inspected");

    /// <summary>It is too large to be scanned, and the policy is to refuse it.</summary>
    public static readonly FilterReason Rejected = new(VerdictKind.Reject, "unscanned-reject", 554, "5.3.4", "Message is too large to be inspected");
}
