using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>What relay control and recipient validity say of a forward-path.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Refusal">The reply when it is refused.</param>
/// <param name="IsPostmaster">Whether it is a postmaster of ours.</param>
/// <param name="IsLocalDomain">Whether its domain is ours.</param>
/// <param name="LeftToFilters">The domain, when a filter has still to say whether the mailbox exists.</param>
/// <param name="DefersWhenUnknown">Whether that filter is to defer what does not exist.</param>
internal readonly record struct RecipientDecision(
    RecipientOutcome Outcome, SmtpReply? Refusal, bool IsPostmaster, bool IsLocalDomain, DomainEntry? LeftToFilters = null, bool DefersWhenUnknown = false)
{
    public static RecipientDecision Postmaster { get; } = new(RecipientOutcome.Accepted, null, IsPostmaster: true, IsLocalDomain: true);

    public static RecipientDecision Local { get; } = new(RecipientOutcome.Accepted, null, IsPostmaster: false, IsLocalDomain: true);

    public static RecipientDecision Unverified(DomainEntry domain, bool defersWhenUnknown) => Local with { LeftToFilters = domain, DefersWhenUnknown = defersWhenUnknown };

    public static RecipientDecision Relayed { get; } = new(RecipientOutcome.Accepted, null, IsPostmaster: false, IsLocalDomain: false);

    public static RecipientDecision RelayDenied { get; } = new(RecipientOutcome.RelayDenied, SmtpReplies.RelayDenied, false, false);

    public static RecipientDecision Unknown { get; } = new(RecipientOutcome.Unknown, SmtpReplies.UnknownRecipient, false, true);

    public static RecipientDecision UnknownForNow { get; } = new(RecipientOutcome.Unknown, SmtpReplies.RecipientUnknownForNow, false, true);

    public static RecipientDecision TemporaryFailure { get; } = new(RecipientOutcome.TemporaryFailure, SmtpReplies.LocalError, false, true);
}
