using System.Globalization;

namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>Something that must hold at the end of a run.</summary>
/// <param name="Text">What must hold.</param>
/// <param name="Holds">Whether it does.</param>
internal sealed record Threshold(string Text, Func<RunResult, bool> Holds)
{
    /// <summary>No step of a flow may fail.</summary>
    public static Threshold NoErrors(string flow) => new($"{flow}: no errors", result => result.Flow(flow).Errors.Count == 0);

    /// <summary>Only so much may fail.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="share">0 to 1.</param>
    public static Threshold ErrorsBelow(string flow, double share) => new(
        string.Create(CultureInfo.InvariantCulture, $"{flow}: errors below {share:P1}"),
        result => result.Flow(flow).Errors.Values.Sum() <= share * Math.Max(1, result.Flow(flow).Started));

    /// <summary>The generator kept up: nothing was shed, so the figures are the server's.</summary>
    public static Threshold NothingShed(string flow) => new($"{flow}: nothing shed", result => result.Flow(flow).Shed == 0);

    /// <summary>A percentile of a step.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="step">The step.</param>
    /// <param name="percentile">0 to 100.</param>
    /// <param name="limit">At most.</param>
    public static Threshold Latency(string flow, string step, double percentile, TimeSpan limit) => new(
        string.Create(CultureInfo.InvariantCulture, $"{flow}: p{percentile:0.#} of {step} at most {limit.TotalMilliseconds:0} ms"),
        result => result.Flow(flow).Step(step) is { } recorded && recorded.At(percentile) <= limit);

    /// <summary>A percentile of a step does not grow with time: in the last third of the run it is not above that of the first by more than a share.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="step">The step.</param>
    /// <param name="percentile">0 to 100.</param>
    /// <param name="share">0.05 for 5 %.</param>
    public static Threshold SteadyLatency(string flow, string step, double percentile, double share) => new(
        string.Create(CultureInfo.InvariantCulture, $"{flow}: p{percentile:0.#} of {step} in the last third at most {share:P0} above the first"),
        result => result.Flow(flow).Step(step) is { } recorded && recorded.At(percentile, StepStatistics.Thirds - 1) <= recorded.At(percentile, 0) * (1 + share));

    /// <summary>The server's memory does not grow with time: its mean in the last third is not above that of the first by more than a share.</summary>
    /// <param name="share">0.05 for 5 %.</param>
    public static Threshold SteadyMemory(double share) => new(
        string.Create(CultureInfo.InvariantCulture, $"memory in the last third at most {share:P0} above the first"),
        result => result.MemoryOf(StepStatistics.Thirds - 1) is { } last && result.MemoryOf(0) is { } first && last <= first * (1 + share));
}
