using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Crash;

/// <summary>What a busy queue does, in a fixed order: every step of the state table, rolls, compaction, recycled segments, large bodies, batches.</summary>
internal static class CrashScript
{
    /// <summary>The long one.</summary>
    public static async Task RunAsync(CrashRun run)
    {
        run.Open();
        ModelMessage deferred = await run.CommitAsync(900, recipients: 3);
        ModelMessage held = await run.CommitAsync(400, flags: EnvelopeFlags.Held);
        ModelMessage wide = await run.CommitAsync(700, recipients: 70);
        ModelMessage large = await run.CommitAsync(9_000, recipients: 2);
        ModelMessage huge = await run.CommitAsync(80_000);
        await run.SettleAsync(deferred, m => new Settlement { Done = [1] });
        await run.CommitManyAsync(commits: 4, messagesEach: 2, length: 1_000);
        await run.SettleAsync(deferred, m => new Settlement { NextAttempt = run.Time.GetUtcNow().AddMinutes(10), LastStatus = "451 4.7.1 greylisted" });
        await run.SettleAsync(wide, m => new Settlement { Done = [0, 64, 69], NextAttempt = run.Time.GetUtcNow().AddMinutes(10) }, durable: true);
        await run.SettleAsync(huge, m => new Settlement { Done = [0] }, durable: true);
        await run.SettleAsync(large, m => run.Bounce(m, 1));

        // Fill and empty segments, so that they roll, die, are covered by snapshots and used again.
        for (int round = 0; round < 9; round++)
        {
            List<ModelMessage> batch = [];
            for (int i = 0; i < 6; i++)
            {
                batch.Add(await run.CommitAsync(3_500));
            }

            batch.AddRange((await run.CommitManyAsync(commits: 6, messagesEach: 1, length: 3_900)).Skip(1));
            foreach (ModelMessage message in batch)
            {
                await run.SettleAsync(message, static m => new Settlement { Done = [0] });
            }

            await run.FlushAsync();
        }

        await run.ApplyAsync(held, OperatorAction.Release);
        await run.ApplyAsync(deferred, OperatorAction.Hold);
        ModelMessage removed = await run.CommitAsync(2_000);
        await run.ApplyAsync(removed, OperatorAction.Remove);

        // Deliver nearly everything, so that old segments hold one or two live messages, and are compacted.
        foreach (ModelMessage message in run.Model.Messages.ToList())
        {
            if (message != deferred && message != wide && message != large && message.ReportOf is null && message.Content.Length > 1_002)
            {
                await run.SettleAsync(message, static m => new Settlement { Done = [0] });
            }
        }

        await run.FlushAsync();
        run.Wait(TimeSpan.FromMinutes(6));
        run.Wait(TimeSpan.FromMinutes(6));
        ModelMessage second = await run.CommitAsync(12_000);
        await run.SettleAsync(second, m => run.Bounce(m, 0), durable: true);
        for (int i = 0; i < 20; i++)
        {
            await run.CommitAsync(3_000);
        }

        await run.CloseAsync();
        await ReopenAsync(run);
    }

    /// <summary>An index that is larger than a segment: snapshots are not due at each roll, so dead segments wait for one.</summary>
    public static async Task RunWideAsync(CrashRun run)
    {
        run.Open();
        for (int i = 0; i < 25; i++)
        {
            await run.CommitManyAsync(commits: 1, messagesEach: 40, length: 20);
        }

        for (int round = 0; round < 8; round++)
        {
            foreach (ModelMessage message in await run.CommitManyAsync(commits: 10, messagesEach: 1, length: 3_900))
            {
                await run.SettleAsync(message, static m => new Settlement { Done = [0] });
            }

            await run.FlushAsync();
        }

        await run.CloseAsync();
    }

    /// <summary>What follows a recovery: new mail, results for old mail, a clean close.</summary>
    public static async Task ContinueAsync(CrashRun run)
    {
        List<ModelMessage> old = [.. run.Model.Messages];
        await run.CommitManyAsync(commits: 3, messagesEach: 2, length: 2_000);
        foreach (ModelMessage message in old.Take(8))
        {
            await run.SettleAsync(message, static m => new Settlement { Done = [0] });
        }

        for (int i = 0; i < 12; i++)
        {
            await run.CommitAsync(3_800);
        }

        await run.CommitAsync(20_000);
        await run.CloseAsync();
    }

    private static async Task ReopenAsync(CrashRun run)
    {
        run.Open();
        await run.CommitAsync(500);
        await run.CloseAsync();
    }
}
