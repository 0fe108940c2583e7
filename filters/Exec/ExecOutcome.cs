using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Exec;

/// <summary>How a run ended.</summary>
/// <param name="Queued">What was handed on; <c>null</c> when nothing counts.</param>
/// <param name="Verdict">What is answered then.</param>
internal sealed record ExecOutcome(QueuedMessage? Queued, Verdict Verdict);
