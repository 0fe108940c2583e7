namespace EdgeSmtp.Pipeline.Driving;

/// <summary>How a call ended, kept when the call itself has gone back to its pool.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Error">What it threw.</param>
/// <param name="IsLeftBehind">Whether the filter still runs.</param>
internal readonly record struct CallEnd(CallOutcome Outcome, Exception? Error, bool IsLeftBehind);
