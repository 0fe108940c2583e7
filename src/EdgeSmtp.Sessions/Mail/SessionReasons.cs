using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Reasons that the protocol adapters give themselves.</summary>
public static class SessionReasons
{
    /// <summary>Another recipient of the same message was accepted, and SMTP has one reply for all of them.</summary>
    public static FilterReason MixedVerdicts { get; } = new(
        VerdictKind.Quarantine, "mixed-verdicts", 250, "2.0.0", "Held: this recipient refused what another accepted");
}
