using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>The result for one recipient.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reply">The reply that decided it; made by the client itself when <paramref name="IsLocal"/>; <c>null</c> when nothing was decided.</param>
/// <param name="IsLocal">Whether the client decided before asking the server.</param>
public readonly record struct RecipientResult(RecipientOutcome Outcome, ServerReply? Reply, bool IsLocal = false);
