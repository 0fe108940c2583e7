namespace EdgeSmtp.Toolkit.Backends;

/// <summary>The result of a guarded call.</summary>
/// <typeparam name="T">Type of the answer.</typeparam>
/// <param name="Outcome">How it ended.</param>
/// <param name="Answer">What the backend answered, also with <see cref="GuardOutcome.Failed"/> when it did answer.</param>
/// <param name="Detail">For the log: why there is no answer.</param>
public readonly record struct GuardResult<T>(GuardOutcome Outcome, T? Answer, string? Detail);
