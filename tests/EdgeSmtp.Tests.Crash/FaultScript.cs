using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Tests.Crash;

/// <summary>A script that goes on when something was refused, for faults that do not stop the machine.</summary>
internal static class FaultScript
{
    public static async Task RunAsync(CrashRun run)
    {
        run.Open();
        ModelMessage deferred = await run.CommitAsync(900, recipients: 3);
        ModelMessage large = await run.CommitAsync(9_000, recipients: 2);
        await run.SettleAsync(deferred, m => new Settlement { Done = [1], NextAttempt = run.Time.GetUtcNow().AddMinutes(10) });
        await run.CommitManyAsync(commits: 4, messagesEach: 2, length: 1_000);
        await run.SettleAsync(large, m => run.Bounce(m, 1));
        for (int round = 0; round < 3; round++)
        {
            List<ModelMessage> batch = await run.CommitManyAsync(commits: 15, messagesEach: 1, length: 3_700);
            foreach (ModelMessage message in batch.Skip(1))
            {
                await run.SettleAsync(message, static m => new Settlement { Done = [0] });
            }

            await run.FlushAsync();
            run.Wait(TimeSpan.FromSeconds(2));
        }

        await run.ApplyAsync(deferred, OperatorAction.Hold);
        run.Wait(TimeSpan.FromMinutes(6));
        await run.CommitAsync(12_000);
        await run.CommitAsync(1_000);
    }
}
