using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>Many 50 MB bodies at once: the staging budget answers 452, nothing crashes, nothing is lost.</summary>
public sealed class LargeBodiesTests
{
    private const int Clients = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task LargeBodies_AboveTheStagingBudget_Get452_AndArriveOnRetry()
    {
        await using EdgeServer edge = await EdgeServer.StartAsync(
            settings => settings.Section("Staging")["BytesMax"] = 128 * 1024 * 1024);
        int deferred = await SendAllAsync(edge, announceSize: false) + await SendAllAsync(edge, announceSize: true);
        Assert.True(deferred > 0, "Every client was served at once: the budget was never reached.");
    }

    // The default budget is a quarter of the group's memory; the group would kill a server that took more than it has.
    [Fact]
    public async Task LargeBodies_UnderASmallControlGroup_Get452_AndNothingIsLost()
    {
        using MemoryGroup? group = MemoryGroup.TryCreate(640L * 1024 * 1024);
        Assert.SkipWhen(group is null, "This machine lets us make no memory control group.");
        await using EdgeServer edge = await EdgeServer.StartAsync(group: group);
        int deferred = await SendAllAsync(edge, announceSize: false);
        Assert.True(deferred > 0, "Every client was served at once: the budget was never reached.");
        Assert.False(edge.Process.HasExited, edge.Process.OutputTail);
    }

    private static async Task<int> SendAllAsync(EdgeServer edge, bool announceSize)
    {
        Maildir maildir = edge.MaildirOf("user");
        Specimen[] specimens = [.. Enumerable.Range(0, Clients).Select(_ => Specimen.Make("large"))];
        Rendezvous all = new(Clients);
        int[] refusals = await Task.WhenAll(specimens.Select(specimen => SendUntilTakenAsync(edge, specimen, announceSize, all)));
        foreach (Specimen specimen in specimens)
        {
            byte[] stored = await maildir.WaitAsync(specimen.Token, Limit, () => edge.Process.OutputTail);
            StoredMail.AssertIntact(specimen, stored);
        }
        foreach (string file in maildir.Files)
            File.Delete(file);
        return refusals.Sum();
    }

    private static async Task<int> SendUntilTakenAsync(EdgeServer edge, Specimen specimen, bool announceSize, Rendezvous all)
    {
        bool arrived = false;
        Task ArriveAsync()
        {
            bool first = !arrived;
            arrived = true;
            return first ? all.ArriveAsync() : Task.CompletedTask;
        }

        string parameters = announceSize ? $" SIZE={specimen.Content.Length}" : "";
        for (int refusals = 0; ; refusals++)
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            SmtpReply reply = await client.TransactionAsync("s@client.test", "user@example.test", specimen.Content, parameters, ArriveAsync);
            // One that was refused before its content keeps nobody waiting.
            _ = ArriveAsync();
            if (reply.Code == 250)
                return refusals;
            await client.ExpectAsync(452, reply);
            Assert.Contains("4.3.1", reply.Text, StringComparison.Ordinal);
            Assert.True(refusals < 500, "Refused for ever.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    // Nobody ends his content before everybody has sent his own, so that they are all staged at once however busy the machine is.
    private sealed class Rendezvous(int missing)
    {
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _missing = missing;

        public Task ArriveAsync()
        {
            if (Interlocked.Decrement(ref _missing) == 0)
                _complete.SetResult();
            return _complete.Task.WaitAsync(Limit);
        }
    }
}
