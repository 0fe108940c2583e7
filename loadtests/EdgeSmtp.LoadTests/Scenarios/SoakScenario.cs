using System.Globalization;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Servers;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>Long enough for what grows to show.</summary>
internal static class SoakScenario
{
    private const double GrowthMax = 0.05;
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(45);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(10);

    public static Scenario Create() => new(
        "soak",
        "The usual mix for 45 minutes, after ten that are not counted: nine refused sessions for each message, which is relayed. Memory and latency of the last third stay where they were in the first.",
        Mix(Length),
        [
            Threshold.NoErrors("spam"), Threshold.NoErrors("mail"), Threshold.NothingShed("spam"), Threshold.NothingShed("mail"), Threshold.SteadyMemory(GrowthMax),
            Threshold.SteadyLatency("spam", Steps.Rcpt, 99, GrowthMax), Threshold.SteadyLatency("mail", Steps.Dot, 99, GrowthMax),
        ])
    {
        WarmUp = Mix(WarmUp),
        Setup = new ServerSetup { NextHop = true },
        Findings =
        [
            new("memory by third, MiB", static result => string.Join(", ", Enumerable.Range(0, StepStatistics.Thirds).Select(third => string.Create(CultureInfo.InvariantCulture, $"{result.MemoryOf(third) / (1 << 20):0.0}")))),
            new("p99 of the dot by third, ms", static result => ByThird(result, "mail", Steps.Dot)),
            new("p99 of RCPT by third, ms", static result => ByThird(result, "spam", Steps.Rcpt)),
        ],
    };

    private static Flow[] Mix(TimeSpan length) =>
        [new Flow("spam", Loads.Plateau(270, length), Steps.RefusedAsync), new Flow("mail", Loads.Plateau(30, length), Steps.OneMessage(Scenario.RelayedRecipient))];

    private static string ByThird(RunResult result, string flow, string step) =>
        string.Join(", ", Enumerable.Range(0, StepStatistics.Thirds).Select(third => string.Create(CultureInfo.InvariantCulture, $"{result.Flow(flow).Step(step)?.At(99, third).TotalMilliseconds:0.00}")));
}
