using System.Diagnostics;
using System.Globalization;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>
/// kill -9 at random points under load: every message that was answered with 250 is delivered after restart.
/// A handful of kills by default; <c>EDGESMTP_KILLS</c> says how many (tests/kill9.sh runs 200).
/// </summary>
[Collection<Alone>]
public sealed class KillTests
{
    private const int KillsByDefault = 5;
    private const int RunTimeMillisecondsMax = 1_200;
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task KilledUnderLoad_AtRandomPoints_LosesNothingAcknowledged()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("EDGESMTP_KILLS") ?? $"{KillsByDefault}", CultureInfo.InvariantCulture);
        int seed = int.Parse(Environment.GetEnvironmentVariable("EDGESMTP_KILLS_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture);
        Random random = new(seed);

        await using SmtpSink sink = await SmtpSink.StartAsync();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Route("next", "smtp", sink.Port);
            settings.Domain("next.test", "next");
        });
        LoadSender load = new(edge.SmtpPort, edge.QmtpPort, LoadMail.Any("user@example.test", "user@next.test"));
        load.Start(smtpClients: 8, qmtpClients: 2);
        long started = Stopwatch.GetTimestamp();
        for (int kill = 0; kill < kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(RunTimeMillisecondsMax)), TimeProvider.System);
            await edge.KillAsync();
            await edge.StartAgainAsync();
        }
        await load.StopAsync();

        DeliveryCount count = new(edge.MaildirOf("user"), sink);
        string[] missing = [];
        await Until.TrueAsync(
            () =>
            {
                count.Refresh();
                missing = [.. load.Acknowledged.Keys.Where(token => count.Of(token) == 0)];
                return missing.Length == 0;
            },
            DeliveryLimit,
            () => $"seed {seed}: {missing.Length} of {load.Acknowledged.Count} acknowledged messages are lost:\n"
                + string.Join('\n', missing.Take(20).Select(token => $"{token} to {load.Acknowledged[token].Recipient}")) + $"\n{edge.Process.OutputTail}");

        string summary = $"{kills} kills in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, seed {seed}: {load.Acknowledged.Count} acknowledged, "
            + $"0 lost, {count.Duplicates} duplicates, {load.Cut} cut before their reply.";
        TestContext.Current.SendDiagnosticMessage(summary);
        Assert.Empty(load.Complaints);
        Assert.True(load.Acknowledged.Count > kills, summary);
        await edge.EmptyQueueAsync(DeliveryLimit);
    }
}
