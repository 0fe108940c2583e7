using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Reasons that the protocol adapters give themselves.</summary>
public static class SessionReasons
{
    /// <summary>Another recipient of the same message was accepted, and SMTP has one reply for all of them.</summary>
    public static FilterReason MixedVerdicts { get; } = new(
        VerdictKind.Quarantine, "mixed-verdicts", 250, "2.0.0", "Quarantined: this recipient refused what another accepted");

    /// <summary>A filter that was asked after the 250 refuses: the client cannot be told any more (§8.19 of the design).</summary>
    public static FilterReason LateVerdict { get; } = new(VerdictKind.Quarantine, "late-verdict", 250, "2.0.0", "Quarantined: refused after it was accepted");

    /// <summary>Filters that were to be asked again never spoke.</summary>
    public static FilterReason NotScanned { get; } = new(VerdictKind.Quarantine, "not-scanned", 250, "2.0.0", "Quarantined: filters gave no verdict in time");

    /// <summary>Filters that were asked after the 250 removed every recipient.</summary>
    public static FilterReason NobodyLeft { get; } = new(VerdictKind.Quarantine, "nobody-left", 250, "2.0.0", "Quarantined: filters removed every recipient");
}
