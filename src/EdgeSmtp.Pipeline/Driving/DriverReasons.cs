using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Why the driver itself speaks. The texts tell a client nothing about the filter or its configuration.</summary>
internal static class DriverReasons
{
    public static readonly FilterReason FailedDefer = new(VerdictKind.Defer, "filter-failed", 451, "4.3.0", "Temporary failure, try again later");

    public static readonly FilterReason FailedReject = new(VerdictKind.Reject, "filter-failed", 554, "5.3.0", "Message could not be checked");

    public static readonly FilterReason TimeoutDefer = new(VerdictKind.Defer, "filter-timeout", 451, "4.3.0", "Temporary failure, try again later");

    public static readonly FilterReason TimeoutReject = new(VerdictKind.Reject, "filter-timeout", 554, "5.3.0", "Message could not be checked");

    /// <summary>RFC 5321 §3.8: 421 is the reply of a server that closes the connection of its own accord.</summary>
    public static readonly FilterReason Aborted = new(VerdictKind.Disconnect, "session-aborted", 421, "4.4.2", "Session given up");

    /// <summary>Reasons that a failure policy can give in the name of any filter.</summary>
    public static IReadOnlyList<FilterReason> OfPolicies { get; } = [FailedDefer, FailedReject, TimeoutDefer, TimeoutReject];

    /// <summary>What a policy puts in place of the verdict.</summary>
    public static Verdict Of(FailurePolicy policy, CallOutcome outcome) => policy switch
    {
        FailurePolicy.Continue => Verdict.Continue,
        FailurePolicy.Reject => Verdict.From(outcome == CallOutcome.Failed ? FailedReject : TimeoutReject),
        _ => Verdict.From(outcome == CallOutcome.Failed ? FailedDefer : TimeoutDefer),
    };
}
