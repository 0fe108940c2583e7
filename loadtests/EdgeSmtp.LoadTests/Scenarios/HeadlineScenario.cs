using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Servers;
using EdgeSmtp.LoadTests.Smtp;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>What one node takes in a day with every message scanned for viruses and spam, at the paper's mix.</summary>
internal static class HeadlineScenario
{
    // The scanners bound it: the two take a tenth to a quarter of a core's second for a message, as fast as the machine is that day, so two cores that server and clients share scan 6 to 16 a second.
    // A tenth of this are messages.
    private const double PerSecond = 50;

    // A text that SpamAssassin always scores as spam.
    private const string Gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    public static Scenario Create() => new(
        "headline",
        "A day's mix on one node with full virus and spam scanning: 90 % refused at RCPT, 8 % ham of median 5 KB and p95 75 KB, 2 % spam.",
        [
            new Flow("refused", Loads.Plateau(PerSecond * 0.90), Steps.RefusedAsync),
            new Flow("ham", Loads.Plateau(PerSecond * 0.08), Steps.OneMessage(Scenario.RelayedRecipient, static random => MailFactory.Fresh(random))),
            new Flow("spam", Loads.Plateau(PerSecond * 0.02), Steps.OneMessage(Scenario.RelayedRecipient, static random => MailFactory.Fresh(random, Gtube))),
        ],
        [
            Threshold.NoErrors("refused"), Threshold.NoErrors("ham"), Threshold.NoErrors("spam"), Threshold.NothingShed("refused"), Threshold.NothingShed("ham"),
            Threshold.Latency("refused", Steps.Rcpt, 99, TimeSpan.FromMilliseconds(250)), Threshold.Latency("ham", Steps.Dot, 99, TimeSpan.FromSeconds(10)),
        ])
    {
        Setup = new ServerSetup
        {
            NextHop = true,
            Scanners = [ScannerKind.Clamd, ScannerKind.Spamd],
            Configure = static root => Configure(root),
        },
        Findings =
        [
            new("sessions offered a day", static result => Millions(result, result.Flows.Sum(static flow => flow.Started + flow.Shed))),
            new("messages accepted a day", static result => Millions(result, Messages(result))),
            new("messages scanned for viruses and spam a day", static result => Millions(result, Messages(result))),
            new("cores used by the server, by the scanners", static result => string.Create(
                CultureInfo.InvariantCulture, $"{result.Timeline.Average(static point => point.ServerCores):0.00}, {result.Timeline.Average(static point => point.BackendCores):0.00}")),
            new("processor seconds of the scanners for a message", static result => string.Create(
                CultureInfo.InvariantCulture, $"{result.Timeline.Sum(static point => point.BackendCores ?? 0) / Math.Max(1, Messages(result)):0.000}")),
        ],
    };

    private static void Configure(JsonObject root)
    {
        Scanners.AddVirusScan(root);
        Scanners.AddSpamScan(root);
    }

    /// <summary>Both filters see every message before its reply, and neither is asked about one that is refused earlier: what was accepted was scanned. One that was deferred was not.</summary>
    private static long Messages(RunResult result) => result.Flows.Where(static flow => flow.Name is "ham" or "spam").Sum(static flow => flow.Ended - flow.Failed);

    private static string Millions(RunResult result, long count) => string.Create(CultureInfo.InvariantCulture, $"{result.PerDay(count) / 1e6:0.00} million ({count} in the run)");
}
