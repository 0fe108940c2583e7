namespace EdgeSmtp.Toolkit.Backends;

/// <summary>Limits of a <see cref="BackendGuard"/>.</summary>
/// <param name="Timeout">Deadline of one call, waiting for a place included.</param>
/// <param name="ConcurrencyMax">Calls in flight at once, 1 or more.</param>
/// <param name="WaitingMax">Calls that may wait for a place, 0 or more.</param>
/// <param name="BreakerFailures">Failures one after the other that open the breaker, 1 or more.</param>
/// <param name="BreakerPause">How long an open breaker waits until it lets one call through to see.</param>
public sealed record BackendGuardOptions(TimeSpan Timeout, int ConcurrencyMax, int WaitingMax, int BreakerFailures, TimeSpan BreakerPause);
