using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>What an attempt came to for one recipient, and on which way.</summary>
/// <param name="Result">What it came to; <c>null</c> when it took no part.</param>
/// <param name="Route">Its route.</param>
/// <param name="Host">The host that was talked to last; <c>null</c> for none.</param>
internal readonly record struct RecipientOutcome(Disposition? Result, Route Route, string? Host);
