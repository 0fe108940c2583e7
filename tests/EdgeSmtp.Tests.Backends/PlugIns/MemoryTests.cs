using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using EdgeSmtp.Tests.Server.PlugIns;
using Xunit;

namespace EdgeSmtp.Tests.Backends.PlugIns;

/// <summary>
/// A plug-in that takes memory without bound in a call, in a server whose heap of large objects has a limit of its own, as it has when nothing is said. The runtime refuses what does not fit to who asks for it, which is
/// that call, whose transaction then gets what the policy says; what it had is free again, and everybody else is served (record 0026).
/// </summary>
public sealed class MemoryTests
{
    private const long SmallBytes = 150L << 20;
    private const long LargeBytes = 200L << 20;
    private const long PinnedBytes = 50L << 20;
    private const long GroupBytes = 640L << 20;
    private const int HungryCalls = 12;

    /// <summary>Takes pieces of 32 MiB and keeps them until there are no more, or 4 GiB: twenty times what there is.</summary>
    private const string Hungry = """
        if (!transaction.ReversePath.ToString().Contains("hungry")) { return default; }
        List<byte[]> kept = [];
        while (kept.Count < 128)
        {
            byte[] piece = new byte[32 << 20];
            piece.AsSpan().Fill(1);
            kept.Add(piece);
        }

        return Verdict.From(Refused, kept.Count.ToString());
        """;

    // The peak tells that it was the limit of the large objects: that of the group alone would have been three quarters of its memory.
    [Fact]
    public async Task Rcpt_PlugInThatTakesAllMemory_AsTheServerComes_FailsItsOwnTransactions_AndOthersAreServed()
    {
        using MemoryGroup? group = MemoryGroup.TryCreate(GroupBytes);
        Assert.SkipWhen(group is null, "This machine lets us make no memory control group.");
        await using EdgeServer edge = await EdgeServer.StartAsync(Configure, group);
        await FeedAsync(edge);
        Assert.InRange(edge.PeakKib(), 0, GroupBytes / 1024 * 5 / 8);
    }

    [Fact]
    public async Task Rcpt_PlugInThatTakesAllMemory_OfLimitsInTheEnvironment_FailsItsOwnTransactions_AndOthersAreServed()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(static settings =>
        {
            settings.HeapBytesMax = (SmallBytes, LargeBytes, PinnedBytes);
            Configure(settings);
        });
        await FeedAsync(edge);
        Assert.InRange(edge.PeakKib(), 0, 2 * (SmallBytes + LargeBytes + PinnedBytes) / 1024);
    }

    private static void Configure(EdgeSettings settings)
    {
        PlugInCompiler.Build(settings.Folder.PathOf("plugins/hungry"), PlugInCompiler.RcptFilter("Hungry", Hungry));
        settings.Root["PlugInFolder"] = settings.Folder.PathOf("plugins");
        settings.Root["FilterOrder"] = new JsonArray("greet", "helo", "hungry");
        settings.Section("Filters")["hungry"] = new JsonObject { ["Type"] = "Hungry" };
    }

    private static async Task FeedAsync(EdgeServer edge)
    {
        using CancellationTokenSource served = new();
        Task<int> others = ServeAsync(edge, served.Token);
        for (int i = 0; i < HungryCalls; i++)
        {
            await using SmtpConversation hungry = await SmtpConversation.OpenAsync(edge.SmtpPort);
            await hungry.ExpectAsync(451, await hungry.TransactionAsync("hungry@client.test", "user@example.test", "Subject: x\r\n\r\n"u8.ToArray()));
        }

        await served.CancelAsync();
        Assert.InRange(await others, HungryCalls, int.MaxValue);
        Assert.False(edge.Process.HasExited);
        Assert.Equal(HungryCalls, await edge.MetricAsync("edgesmtp_filter_errors_total", "kind=\"exception\""));
    }

    /// <summary>Sends one message after the other, each of which has to be taken.</summary>
    private static async Task<int> ServeAsync(EdgeServer edge, CancellationToken cancellationToken)
    {
        int sent = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            await client.ExpectAsync(250, await client.TransactionAsync("joe@client.test", "user@example.test", "Subject: x\r\n\r\nText.\r\n"u8.ToArray()));
            sent++;
        }

        return sent;
    }
}
