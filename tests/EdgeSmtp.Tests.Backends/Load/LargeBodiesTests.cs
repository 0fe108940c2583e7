using EdgeSmtp.Tests.Backends.Clients;
using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Load;

/// <summary>Many 50 MB bodies at once: the staging budget answers 452, nothing crashes, nothing is lost.</summary>
[Collection<Alone>]
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
        // Nobody ends before all have sent their content or were refused: on a slow machine they would not be there at once otherwise.
        TaskCompletionSource together = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int missing = Clients;
        int[] refusals = await Task.WhenAll(specimens.Select(specimen => SendUntilTakenAsync(edge, specimen, announceSize, new Lazy<Task>(Arrive))));
        foreach (Specimen specimen in specimens)
        {
            byte[] stored = await maildir.WaitAsync(specimen.Token, Limit, () => edge.Process.OutputTail);
            StoredMail.AssertIntact(specimen, stored);
        }
        foreach (string file in maildir.Files)
            File.Delete(file);
        return refusals.Sum();

        Task Arrive()
        {
            if (Interlocked.Decrement(ref missing) == 0)
                together.SetResult();
            return together.Task.WaitAsync(Limit);
        }
    }

    private static async Task<int> SendUntilTakenAsync(EdgeServer edge, Specimen specimen, bool announceSize, Lazy<Task> arrival)
    {
        string parameters = announceSize ? $" SIZE={specimen.Content.Length}" : "";
        for (int refusals = 0; ; refusals++)
        {
            await using SmtpConversation client = await SmtpConversation.OpenAsync(edge.SmtpPort);
            SmtpReply reply = await client.TransactionAsync("s@client.test", "user@example.test", specimen.Content, parameters, () => arrival.Value);
            _ = arrival.Value;
            if (reply.Code == 250)
                return refusals;
            await client.ExpectAsync(452, reply);
            Assert.Contains("4.3.1", reply.Text, StringComparison.Ordinal);
            Assert.True(refusals < 500, "Refused for ever.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }
}
