using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>
/// What an edge does all day: look clients up in six lists that are 50 ms away, and refuse them.
/// </summary>
[Collection<Alone>]
public sealed class RejectedSessionsTests
{
    private const int Sessions = 10_000;
    private const int InFlight = 100;
    private const int Lists = 6;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    // The figures go to docs/performance.md. A time is no test on a machine that others use too; the questions are.
    [Fact]
    public async Task Sessions_SixLists50MsAway_AskEachQuestionOnce()
    {
        RbldnsdZone[] zones = [.. Enumerable.Range(0, Lists).Select(static i => RbldnsdZone.Of($"l{i}.test", "ip4trie", i == 3 ? [":127.0.0.2:Listed", "127.0.0.2", "9.0.0.0/8"] : [":127.0.0.2:Listed", "127.0.0.2"]))];
        await using Rbldnsd server = await Rbldnsd.StartAsync(zones);
        await using DnsRelay relay = DnsRelay.Start(server.Port, Latency);

        await using (EdgeServer without = await StartAsync(relay, zones, "-Not here"))
            await RunAsync(without, "refused without a look-up");
        Assert.Empty(relay.Questions);

        await using EdgeServer edge = await StartAsync(relay, zones, null);
        await RunAsync(edge, $"refused after {Lists} look-ups");
        Dictionary<(string Name, int Type), int> asked = relay.Questions.Where(static question => !question.Key.Name.Contains(".0.0.127.", StringComparison.Ordinal)).ToDictionary();
        string failures = await DnsMetricsAsync(edge);
        Assert.True(asked.Count == Sessions * Lists, $"{asked.Count} questions.\n{failures}");
        Assert.True(asked.Values.Sum() == asked.Count, $"{asked.Values.Sum()} datagrams for {asked.Count} questions.\n{failures}");
        Assert.Equal(Sessions, await edge.MetricAsync("edgesmtp_filter_verdicts_total", "reason=\"listed\""));
    }

    private static Task<EdgeServer> StartAsync(DnsRelay relay, RbldnsdZone[] zones, string? decision) => EdgeServer.StartAsync(settings =>
    {
        settings.Listener("mx")["ProxyFrom"] = new JsonArray("127.0.0.1");
        settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{relay.Port}");
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "lists");
        settings.Section("Filters")["lists"] = new JsonObject
        {
            ["Type"] = "Rbl",
            ["Decision"] = decision,
            ["Zones"] = new JsonArray([.. zones.Select(static zone => new JsonObject { ["Zone"] = zone.Name })]),
        };
    });

    private static async Task RunAsync(EdgeServer edge, string what)
    {
        ConcurrentBag<string> others = [];
        TimeSpan cpu = ProcessTree.CpuOf(edge.Process.Id);
        long start = Stopwatch.GetTimestamp();
        int next = -1;
        Task[] clients = [.. Enumerable.Range(0, InFlight).Select(_ => Task.Factory.StartNew(Client, TaskCreationOptions.LongRunning))];
        await Task.WhenAll(clients);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        double micros = (ProcessTree.CpuOf(edge.Process.Id) - cpu).TotalMicroseconds / Sessions;
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture, $"{Sessions} sessions, {InFlight} at once, {what}: {took.TotalSeconds:0.0} s, {Sessions / took.TotalSeconds:0}/s, {micros:0} microseconds of the server's CPU each."));
        if (!others.IsEmpty)
            Assert.Fail($"{others.Count} sessions were not refused: {others.First()}\n{await DnsMetricsAsync(edge)}");

        void Client()
        {
            for (int i = Interlocked.Increment(ref next); i < Sessions; i = Interlocked.Increment(ref next))
            {
                SmtpReply reply = Refused(edge.SmtpPort, new IPAddress([9, (byte)(i >> 16), (byte)(i >> 8), (byte)i]));
                if (reply.Code != 550)
                    others.Add(reply.Text);
            }
        }
    }

    private static async Task<string> DnsMetricsAsync(EdgeServer edge) =>
        string.Join('\n', (await edge.MetricsAsync()).Split('\n').Where(static line => line.StartsWith("edgesmtp_dns_", StringComparison.Ordinal)));

    private static SmtpReply Refused(int port, IPAddress address)
    {
        using BlockingClient client = new(port);
        client.Send(ProxyHeader.Of(address));
        Assert.Equal(220, client.ReadReply().Code);
        Assert.Equal(250, client.Command("EHLO client.example.test").Code);
        Assert.Equal(250, client.Command("MAIL FROM:<s@client.test>").Code);
        SmtpReply reply = client.Command("RCPT TO:<user@example.test>");
        Assert.Equal(221, client.Command("QUIT").Code);
        return reply;
    }
}
