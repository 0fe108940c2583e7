using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Backends.Load;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>Behind a real HAProxy.</summary>
public sealed class HaProxyTests
{
    private const string SessionsMetric = "edgesmtp_sessions_total";

    [Fact]
    public async Task ClientAddress_BehindHaProxy_IsTheClientsOwn_InLogAndReceived()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(BehindProxy);
        await using HaProxy proxy = await HaProxy.StartAsync(edge.SmtpPort);
        Specimen specimen = Specimen.Make("dots");
        await using SmtpConversation client = await SmtpConversation.OpenAsync(proxy.Port, from: "127.0.0.77");
        await client.ExpectAsync(250, await client.TransactionAsync("s@client.test", "user@example.test", specimen.Content));
        await client.CommandAsync("QUIT");

        byte[] stored = await edge.MaildirOf("user").WaitAsync(specimen.Token, otherwise: () => edge.Process.OutputTail);
        StoredMail.AssertIntact(specimen, stored);
        Assert.Contains(StoredMail.Trace(specimen, stored), field => field.Contains("[127.0.0.77]", StringComparison.Ordinal));
        await edge.LoggedAsync("\"127.0.0.77\"");
        Assert.DoesNotContain("\"client\":\"127.0.0.1\"", edge.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthChecks_OfHaProxy_AreNotSessions()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(BehindProxy);
        await using HaProxy proxy = await HaProxy.StartAsync(edge.SmtpPort);
        await using (SmtpConversation client = await SmtpConversation.OpenAsync(proxy.Port))
            await client.CommandAsync("QUIT");
        await Until.TrueAsync(async () => await edge.MetricAsync(SessionsMetric) >= 1, Until.Soon, () => edge.Process.OutputTail);

        double before = await edge.MetricAsync(SessionsMetric);
        double checks = await edge.MetricAsync("edgesmtp_health_checks_total");
        await Until.TrueAsync(
            async () => await edge.MetricAsync("edgesmtp_health_checks_total") >= checks + 5, Until.Soon, () => "HAProxy does not check.");
        Assert.Equal(before, await edge.MetricAsync(SessionsMetric));
        Assert.Equal(1, await proxy.UpAsync());
    }

    [Fact]
    public async Task TwoNodes_OneDrainedUnderLoad_CutNoTransaction()
    {
        await using EdgeServer first = await EdgeServer.StartAsync(BehindProxy);
        await using EdgeServer second = await EdgeServer.StartAsync(BehindProxy);
        await using HaProxy proxy = await HaProxy.StartAsync(first.SmtpPort, second.SmtpPort);
        LoadSender load = new(proxy.Port, 0, LoadMail.Any("user@example.test"));
        load.Start(smtpClients: 10, qmtpClients: 0);
        await Until.TrueAsync(() => load.Acknowledged.Count > 200, Until.Soon, () => $"{load.Acknowledged.Count} sent.\n{first.Process.OutputTail}");

        await proxy.DrainAsync(0);
        Assert.Equal(0, await first.StopAsync());
        int sent = load.Acknowledged.Count;
        await Until.TrueAsync(() => load.Acknowledged.Count > sent + 200, Until.Soon, () => $"{load.Acknowledged.Count} sent.\n{second.Process.OutputTail}");
        await load.StopAsync();

        Assert.Empty(load.Complaints);
        Assert.Equal(0, load.Cut);
        // What the drained node had not delivered yet, it delivers when it is back.
        await first.StartAgainAsync();
        await Until.TrueAsync(
            () => first.MaildirOf("user").Count + second.MaildirOf("user").Count == load.Acknowledged.Count,
            TimeSpan.FromMinutes(1),
            () => $"{first.MaildirOf("user").Count} + {second.MaildirOf("user").Count} of {load.Acknowledged.Count}\n{first.Process.OutputTail}");
    }

    private static void BehindProxy(EdgeSettings settings) => settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.0/8");
}
