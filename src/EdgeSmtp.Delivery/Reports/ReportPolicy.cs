using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>Who is told what.</summary>
internal static class ReportPolicy
{
    /// <summary>What follows from a final failure of one recipient.</summary>
    public static FailureAction OnFailure(Envelope envelope, EnvelopeRecipient recipient, DeliveryOptions options)
    {
        // RFC 3461 §4.1: NOTIFY without FAILURE, NEVER first of all, asks for no report of a failure.
        if (recipient.Notify != DsnNotify.Unspecified && !recipient.Notify.HasFlag(DsnNotify.Failure)) return FailureAction.Silent;

        bool toPostmaster = envelope.ReversePath.IsNull;
        // Whatever goes to Postmaster from nobody and fails is the end: a report of it would come back here (RFC 5321 §6.1).
        if (toPostmaster && IsPostmaster(recipient, options)) return FailureAction.Drop;
        if (envelope.Flags.HasFlag(EnvelopeFlags.Suspect)) return FailureAction.Hold;
        return toPostmaster ? FailureAction.ReportToPostmaster : FailureAction.Report;
    }

    /// <summary>Whether a success is reported by us: asked for, not passed on, and there is somebody to tell (RFC 3461 §5.2.2, §5.2.3).</summary>
    public static bool OnSuccess(Envelope envelope, EnvelopeRecipient recipient, bool passedOn, bool isDiscarded) =>
        recipient.Notify.HasFlag(DsnNotify.Success) && !passedOn && !isDiscarded && !envelope.ReversePath.IsNull && !envelope.Flags.HasFlag(EnvelopeFlags.Suspect);

    /// <summary>
    /// Whether a delay is reported with this attempt: the one whose next attempt lies beyond the threshold. That holds for one attempt of the schedule, so nothing need be remembered.
    /// </summary>
    public static bool OnDelay(Envelope envelope, EnvelopeRecipient recipient, DeliveryOptions options, DateTimeOffset now, DateTimeOffset next)
    {
        bool asked = recipient.Notify.HasFlag(DsnNotify.Delay) || (recipient.Notify == DsnNotify.Unspecified && options.DelayWarningUnasked);
        if (!asked || options.DelayWarningAfter <= TimeSpan.Zero || envelope.ReversePath.IsNull || envelope.Flags.HasFlag(EnvelopeFlags.Suspect)) return false;
        DateTimeOffset threshold = envelope.Since + options.DelayWarningAfter;
        return now < threshold && next >= threshold;
    }

    private static bool IsPostmaster(EnvelopeRecipient recipient, DeliveryOptions options) =>
        recipient.ForwardPath.Equals(options.Postmaster) || (recipient.ForwardPath.DomainALabel.Length == 0 && !recipient.ForwardPath.IsNull);
}
