using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Delivery.Reports;

/// <summary>Who is told what (RFC 3461 §4.1, §6.2), and where reports about reports end.</summary>
public static class ReportRules
{
    /// <summary>Whether an outcome is to be reported. A delay without NOTIFY is up to the caller's option.</summary>
    /// <param name="notify">NOTIFY of the recipient.</param>
    /// <param name="action">What happened.</param>
    public static bool IsWanted(DsnNotify notify, ReportAction action) => action switch
    {
        // RFC 3461 §4.1: without NOTIFY failures are reported; NEVER excludes everything.
        ReportAction.Failed => notify == DsnNotify.Unspecified || notify.HasFlag(DsnNotify.Failure),
        ReportAction.Delayed => notify == DsnNotify.Unspecified || notify.HasFlag(DsnNotify.Delay),
        _ => notify.HasFlag(DsnNotify.Success),
    };

    /// <summary>What to do with a failed message.</summary>
    /// <param name="envelope">Its envelope.</param>
    /// <param name="postmasterKey">Key of the mailbox that double bounces go to.</param>
    public static FailureFate FateOf(Envelope envelope, string postmasterKey)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope.Flags.HasFlag(EnvelopeFlags.Suspect))
        {
            return FailureFate.Hold;
        }

        if (!envelope.ReversePath.IsNull)
        {
            return FailureFate.ReportToSender;
        }

        // A report of ours to postmaster that fails has nobody left to be told.
        bool isForPostmaster = envelope.Recipients.Count == 1 && envelope.Recipients[0].ForwardPath.Key == postmasterKey;
        return envelope.Flags.HasFlag(EnvelopeFlags.Report) && isForPostmaster ? FailureFate.Drop : FailureFate.ReportToPostmaster;
    }
}
