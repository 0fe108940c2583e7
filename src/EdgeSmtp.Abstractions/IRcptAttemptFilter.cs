using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Abstractions;

/// <summary>
/// Runs at each well-formed RCPT before relay control and recipient validity, so also for recipients that do not exist. For what must not depend on whether a mailbox
/// exists, since the difference would tell: limits, tarpits, clients that guess addresses.
/// </summary>
public interface IRcptAttemptFilter : IFilter
{
    /// <summary>Called once for each recipient that the client names, but not again for one that was accepted. May ask <see cref="FilterContext.HoldReply"/> for a delay; must not wait for time itself.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="forwardPath">The recipient.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>
    /// <see cref="VerdictKind.Defer"/> and above are answered at once, postmaster included: limits apply to him too. Anything less counts for nothing here, because there
    /// is no recipient yet.
    /// </returns>
    ValueTask<Verdict> OnRcptAttemptAsync(Transaction transaction, MailPath forwardPath, CancellationToken cancellationToken);
}
