using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Crash;

/// <summary>What the pending lane and the quarantine do, in a fixed order: every step between lanes, with small and large contents, before and after they were copied elsewhere.</summary>
internal static class LaneScript
{
    public static async Task RunAsync(CrashRun run)
    {
        run.Open();
        ModelMessage[] mixed = await run.CommitMixedAsync(800, MessageLane.Delivery, MessageLane.Quarantine, MessageLane.Pending);
        ModelMessage clean = await run.CommitAsync(1_500, lane: MessageLane.Pending);
        ModelMessage tagged = await run.CommitAsync(9_000, lane: MessageLane.Pending);
        ModelMessage split = await run.CommitAsync(700, recipients: 2, lane: MessageLane.Pending);
        ModelMessage late = await run.CommitAsync(600, lane: MessageLane.Pending);
        ModelMessage kept = await run.CommitAsync(12_000, recipients: 3, lane: MessageLane.Quarantine);
        ModelMessage expired = await run.CommitAsync(20_000, lane: MessageLane.Quarantine);
        await run.CommitMixedAsync(5_000, MessageLane.Quarantine, MessageLane.Delivery);

        await run.SettleAsync(clean, m => Move(run), durable: true);
        await run.ReplaceAsync(tagged, 10_000, MessageLane.Delivery);
        await run.SettleAsync(late, m => Later(run));
        await run.ReplaceAsync(split, 750, MessageLane.Delivery, MessageLane.Quarantine);
        await run.SettleAsync(clean, static m => new Settlement { Done = [0] });
        await run.ReleaseSomeAsync(kept, recipient: 1);

        // Rolls, and old segments with a few live messages: what waits is copied forward and goes on from there.
        for (int round = 0; round < 6; round++)
        {
            foreach (ModelMessage message in await run.CommitManyAsync(commits: 12, messagesEach: 1, length: 3_900))
            {
                await run.SettleAsync(message, static m => new Settlement { Done = [0] });
            }

            await run.FlushAsync();
        }

        run.Wait(TimeSpan.FromMinutes(6));
        run.Wait(TimeSpan.FromMinutes(6));
        await run.ReplaceAsync(late, 600, MessageLane.Quarantine);
        await run.ReplaceAsync(mixed[2], 900, MessageLane.Delivery, MessageLane.Quarantine);
        await run.ReplaceAsync(mixed[1], 800, MessageLane.Delivery);
        await run.ReplaceAsync(kept, 12_000, MessageLane.Delivery);
        await run.ApplyAsync(expired, OperatorAction.Remove);
        await run.SettleAsync(mixed[0], m => run.Bounce(m, 0));
        await run.SettleAsync(tagged, static m => new Settlement { Done = [0] });
        await run.SettleAsync(kept, static m => new Settlement { Done = [0] }, durable: true);
        await run.CommitMixedAsync(3_000, MessageLane.Pending, MessageLane.Quarantine);
        await run.CloseAsync();
        run.Open();
        await run.CommitAsync(500);
        await run.CloseAsync();
    }

    private static Settlement Move(CrashRun run) => new() { Lane = MessageLane.Delivery, NextAttempt = run.Time.GetUtcNow() };

    private static Settlement Later(CrashRun run) => new() { NextAttempt = run.Time.GetUtcNow().AddMinutes(1), LastStatus = "spam is busy" };
}
