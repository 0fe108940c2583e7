using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>A real spamd whose only child is busy, and a lane that is full: mail is taken, waits for its scan, and goes where that says. Nobody is bounced.</summary>
public sealed class PendingTests
{
    private const int Mails = 5;

    [Fact]
    public async Task Lane_Full_WithPending_TakesMailNow_AndScansItBeforeDelivery()
    {
        await using Spamd spamd = await Spamd.StartAsync(children: 1);
        await using EdgeServer edge = await StartAsync(spamd);
        using IDisposable busy = await spamd.OccupyAsync();

        // The lane has one place: this one has it, and its client waits.
        Task<SmtpReply> first = ScannedEdge.SendAsync(edge, ScannedEdge.Mail("first", "Shall we have lunch?"));
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_filter_part_level", "in-flight") >= 1, Until.Soon, () => edge.Process.OutputTail);
        for (int i = 0; i < Mails; i++)
        {
            Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"good-{i}", "Shall we have lunch on Friday?"))).Code);
            Assert.Equal(250, (await ScannedEdge.SendAsync(edge, ScannedEdge.Mail($"bad-{i}", Spamd.Gtube), "user@example.test", "alice@example.test")).Code);
        }

        Assert.False(first.IsCompleted);
        Assert.Equal(2 * Mails, await edge.MetricAsync("edgesmtp_pending_messages"));
        Assert.Equal(0, spamd.Scans);
        Assert.Equal(0, edge.MaildirOf("user").Count + edge.MaildirOf("alice").Count);

        busy.Dispose();
        Assert.Equal(250, (await first).Code);
        await Until.TrueAsync(async () => await edge.MetricAsync("edgesmtp_pending_messages") == 0, Until.Soon * 4, () => edge.Process.OutputTail);
        for (int i = 0; i < Mails; i++)
        {
            Assert.Contains("\nX-Spam-Status: No, score=", await ScannedEdge.DeliveredAsync(edge, $"good-{i}"), StringComparison.Ordinal);
            Assert.Contains("\nX-Spam-Flag: YES\n", await ScannedEdge.DeliveredAsync(edge, $"bad-{i}", "alice"), StringComparison.Ordinal);
        }

        // What would have been refused is held, for the one who refuses it; where a bounce would be, there is nothing.
        await edge.EmptyQueueAsync();
        Assert.Equal((1 + Mails, Mails), (edge.MaildirOf("user").Count, edge.MaildirOf("alice").Count));
        Command.Result held = await edge.CliAsync("quarantine", "list", "--reason", "spam", "--recipient", "user@", "--json");
        Assert.Equal(Mails, held.Output.Split("\"id\"").Length - 1);
        Assert.Equal(Mails, await edge.QuarantineLengthAsync());
        await Until.CountAsync(1 + (2 * Mails), () => spamd.Scans);
    }

    private static Task<EdgeServer> StartAsync(Spamd spamd)
    {
        JsonObject spam = SpamAssassin.Options(spamd);
        spam["ConcurrencyMax"] = 1;
        spam["WaitingMax"] = 0;
        spam["WhenBusy"] = "Pending";
        spam.Remove("Reject");
        spam["Recipients"] = new JsonObject { ["user@example.test"] = new JsonObject { ["Reject"] = 100 } };
        return ScannedEdge.StartAsync(settings => settings.Root["Pending"] = new JsonObject { ["RetryFirst"] = "00:00:01", ["RetryMax"] = "00:00:01" }, ("spam", spam));
    }
}
