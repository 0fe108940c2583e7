using System.Net;
using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Operations;

/// <summary>What a collector sees of the built program: one trace a message, from connect to the last attempt.</summary>
public sealed class TracingTests
{
    [Fact]
    public async Task Message_DeliveredAfterAKillAndARestart_IsOneTrace()
    {
        Programs.Need("rbldnsd", "smtp-sink");
        await using TraceCollector collector = new();
        await using Rbldnsd lists = await Rbldnsd.StartAsync();
        PortClaim next = PortClaim.Take();
        await using EdgeServer edge = await EdgeServer.StartAsync(settings =>
        {
            Trace(settings, collector);
            settings.Section("Tracing")["Headers"] = new JsonObject { ["X-Key"] = "secret" };
            settings.Section("Queue")["CrashSpread"] = "00:00:01";
            settings.Route("next", "smtp", next.Port);
            settings.Domain("next.test", "next");
            settings.Section("Dns")["Servers"] = new JsonArray($"127.0.0.1:{lists.Port}");
            settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "lists");
            settings.Section("Filters")["lists"] = new JsonObject { ["Type"] = "Rbl", ["Zone"] = "bl.test", ["SkipNonGlobal"] = false };
        });
        await SendAsync(edge, "user@next.test");

        // The first attempt has failed and its span has arrived; then the process goes as in a power cut.
        await collector.ArrivedAsync(static spans => spans.Any(static span => span.Name == "deliver next") && spans.Any(static span => span.Name == "transaction"));
        await edge.KillAsync();
        int before = collector.Spans.Count;
        await using SmtpSink sink = await SmtpSink.StartAsync(next);
        await edge.StartAgainAsync();
        await collector.ArrivedAsync(spans => spans.Skip(before).Any(static span => span.Name == "deliver next" && span.Tags["edgesmtp.result"] == "delivered"));

        IReadOnlyList<CollectedSpan> spans = collector.Spans;
        CollectedSpan transaction = Assert.Single(spans, static span => span.Name == "transaction");
        CollectedSpan connect = Assert.Single(spans, span => span.Name == "connect" && span.Trace == transaction.Trace);
        Assert.Equal(connect.Id, transaction.Parent);
        Assert.All(spans.Where(static span => span.Name == "deliver next"), span => Assert.Equal((transaction.Trace, transaction.Id), (span.Trace, span.Parent)));
        Assert.Equal(transaction.Id, Assert.Single(spans, static span => span.Name == "commit").Parent);
        CollectedSpan question = Assert.Single(spans, static span => span.Name == "dns");
        CollectedSpan asker = Assert.Single(spans, span => span.Id == question.Parent);
        Assert.Equal(("filter lists", "connect", connect.Trace), (asker.Name, asker.Tags["edgesmtp.stage"], asker.Trace));
        Assert.EndsWith(".bl.test", question.Tags["dns.question.name"].TrimEnd('.'), StringComparison.Ordinal);
        Assert.All(spans, static span => Assert.Equal("edgesmtp mx.example.test", span.Service));
        Assert.Equal("secret", collector.Key);
    }

    [Fact]
    public async Task Collector_ThatRefuses_CostsTracesAndNoMail()
    {
        await using TraceCollector collector = new() { Answer = HttpStatusCode.Forbidden };
        await using EdgeServer edge = await EdgeServer.StartAsync(settings => Trace(settings, collector));
        await SendAsync(edge, "user@example.test");
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_trace_spans_total", "state=\"failed\"") > 0, Until.Soon, () => "No span failed.");
        Assert.Equal(0, await edge.MetricAsync("edgesmtp_trace_spans_total", "state=\"exported\""));
        await edge.EmptyQueueAsync();
    }

    [Fact]
    public async Task WithoutACollector_NothingIsRecorded()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync();
        await SendAsync(edge, "user@example.test");
        await edge.EmptyQueueAsync();
        Assert.Equal(0, await edge.MetricAsync("edgesmtp_trace_spans_total"));
        Assert.DoesNotContain("\"trace\":", edge.Log, StringComparison.Ordinal);
    }

    private static void Trace(EdgeSettings settings, TraceCollector collector) =>
        settings.Root["Tracing"] = new JsonObject { ["Collector"] = collector.Address, ["Ratio"] = 1 };

    private static async Task SendAsync(EdgeServer edge, string to)
    {
        await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
        foreach (string command in (string[])["MAIL FROM:<s@client.test>", $"RCPT TO:<{to}>", "DATA", "Subject: x\r\n\r\ntext\r\n.", "QUIT"])
            await client.CommandAsync(command);
    }
}
