using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Running;
using EdgeSmtp.LoadTests.Servers;
using EdgeSmtp.LoadTests.Smtp;

namespace EdgeSmtp.LoadTests.Scenarios;

/// <summary>The virus scanner is killed for a third of the run and comes back.</summary>
internal static class ScannerDeadScenario
{
    private const string Deferred = "deferred";

    public static Scenario Create() => new(
        "scanner-dead",
        "A real clamd is killed for a third of the time: mail is deferred, quickly, and taken again when it is back; refused sessions do not notice.",
        [new Flow("mail", Loads.Plateau(60), MailAsync), new Flow("spam", Loads.Plateau(300), Steps.RefusedAsync)],
        [
            Threshold.NoErrors("mail"), Threshold.NoErrors("spam"), Threshold.NothingShed("mail"), Threshold.NothingShed("spam"),
            Threshold.Latency("mail", Deferred, 99, TimeSpan.FromSeconds(2)), Threshold.Latency("mail", Steps.Dot, 99, TimeSpan.FromMilliseconds(500)),
            Threshold.Latency("spam", Steps.Rcpt, 99, TimeSpan.FromMilliseconds(250)),
            new Threshold("mail: taken in the last third", static result => result.Flow("mail").Step(Steps.Dot)?.At(50, StepStatistics.Thirds - 1) > TimeSpan.Zero),
        ])
    {
        Setup = new ServerSetup { Scanners = [ScannerKind.Clamd], Configure = Scanners.AddVirusScan },
        Disturb = static async (group, time, cancellationToken) =>
        {
            TimeSpan third = (Loads.Ramp + Loads.Minute) / 3;
            await Task.Delay(third, time, cancellationToken);
            group.KillScanner(ScannerKind.Clamd);
            await Task.Delay(third, time, cancellationToken);
            await group.RestartScannerAsync(ScannerKind.Clamd, cancellationToken);
        },
    };

    private static async Task MailAsync(FlowRun run)
    {
        await using LoadClient client = await run.ConnectAsync();
        await Steps.OpenAsync(run, client);
        LoadReply reply = await Steps.OfferAsync(run, client, Scenario.GoodRecipient, MailFactory.OfTheMix(run.Random));
        run.Expect(reply.Code == 250 ? Steps.Dot : Deferred, reply, reply.Code == 250 ? 250 : 451);
        await client.CommandAsync("QUIT");
    }
}
