using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Profiles;
using EdgeSmtp.LoadTests.Servers;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>An edge at five times the paper's ten million transactions a day, and with all that an edge holds besides.</summary>
internal static class BusyEdgeScenario
{
    private const int Delayed = 1_000;
    private const int Bots = 100;
    private const int Idle = 5_000 - Delayed - Bots;

    public static Scenario Create() => new(
        "busy-edge",
        "580 transactions a second (50 million a day), nine of ten refused, while 5,000 sessions are held: 1,000 by the greet delay, 100 by slow and early bots, the others by silence.",
        [
            new Flow("spam", Loads.Plateau(522), Steps.RefusedAsync),
            new Flow("mail", Loads.Plateau(58), Steps.OneMessage(Scenario.GoodRecipient)),
            new Flow("idle", new ConstantSessions(Idle, Loads.Ramp, Loads.Minute), Clients.IdleAsync),
            new Flow("delayed", new ConstantSessions(Delayed, Loads.Ramp, Loads.Minute), Clients.DelayedAsync),
            new Flow("bots", new ConstantSessions(Bots, Loads.Ramp, Loads.Minute), Clients.BotAsync),
        ],
        [
            Threshold.NoErrors("spam"), Threshold.NoErrors("mail"), Threshold.NoErrors("idle"), Threshold.NoErrors("delayed"), Threshold.NothingShed("spam"), Threshold.NothingShed("mail"),
            .. new[] { Steps.Greeting, Steps.Ehlo, Steps.Mail, Steps.Rcpt, Steps.Data, Steps.Dot }.Select(static step => Threshold.Latency("mail", step, 99, TimeSpan.FromMilliseconds(250))),
        ])
    {
        Setup = new ServerSetup { AccessRules = Clients.DelayedRules, Configure = AddDelay },
        Findings = [new("sessions in flight at most", static result => result.Timeline.Max(static point => point.InFlight).ToString(CultureInfo.InvariantCulture))],
    };

    private static void AddDelay(JsonObject root) =>
        root["Profiles"] = new JsonObject { ["delayed"] = new JsonObject { ["greet"] = new JsonObject { ["Delay"] = "00:00:30", ["RememberFor"] = "00:00:00" } } };
}
