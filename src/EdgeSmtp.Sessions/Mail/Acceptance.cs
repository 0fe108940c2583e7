using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>A commit under way.</summary>
/// <param name="Result">Ends when the message is durable, or cannot be. <see cref="CommitResult.Committed"/> at once when there was nothing to commit.</param>
/// <param name="Began">Timestamp of its begin.</param>
/// <param name="IsDiscarded">Whether filters discarded it for every recipient, so that nothing is committed.</param>
/// <param name="Refusal">A verdict that refuses after all, since a seal filter failed: nothing is committed.</param>
internal readonly record struct Acceptance(ValueTask<CommitResult> Result, long Began, bool IsDiscarded, Verdict Refusal = default)
{
    /// <summary>Ids of further messages, separated by spaces; <c>null</c> when there is one.</summary>
    public string? FurtherIds { get; init; }
}
