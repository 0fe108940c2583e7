namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>Something that a scenario is run to find out.</summary>
/// <param name="Text">What.</param>
/// <param name="Value">Its value, with its unit.</param>
internal sealed record Finding(string Text, Func<RunResult, string> Value);
