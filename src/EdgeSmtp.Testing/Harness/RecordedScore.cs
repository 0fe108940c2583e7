using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Testing.Harness;

/// <summary>One score that a filter added.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Name">Name of the score.</param>
/// <param name="Value">Points.</param>
public sealed record RecordedScore(FilterSubject Subject, string Name, double Value);
