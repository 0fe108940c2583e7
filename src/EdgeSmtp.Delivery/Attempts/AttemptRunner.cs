using System.Diagnostics;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Delivery.Scheduling;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>Runs batches, and settles each message as its destinations finish.</summary>
internal sealed class AttemptRunner(
    IMessageStore store, AttemptJudge judge, AttemptEvents events, ActiveSet active, IMetrics metrics, TimeProvider time, ILogger logger, CancellationToken abort,
    Tracer? tracer = null)
{
    private readonly CounterHandle _done = metrics.Counter(DeliveryMetrics.Done);

    /// <summary>Runs one batch to its end. Never throws.</summary>
    public async ValueTask RunAsync(DeliveryBatch batch)
    {
        batch.Attempt.BatchStarted();
        batch.Started = time.GetTimestamp();
        Activity? span = AttemptSpan.Begin(tracer, batch);
        batch.Lane.Meters.QueueWait.Observe((batch.Attempt.Started - batch.Message.Envelope.Since).TotalSeconds, span);

        // Ambient for what the attempt asks the resolver. This is an asynchronous method, so it is nobody else's when it returns.
        Activity.Current = span;
        bool isCutOff = false;
        try
        {
            await batch.Lane.Transport.DeliverAsync(batch, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Whoever was decided before has the message, and must not get it again after the start.
            isCutOff = batch.IsOpen;
            batch.DecideRest(Disposition.Postponed);
        }
        catch (Exception error)
        {
            // One message's trouble must not end the worker: it is our fault, so the message waits.
            DeliveryLog.AttemptFailed(logger, error, batch.Message.Id.ToString(), batch.Lane.Route.Name);
            batch.DecideRest(Disposition.Temporary("4.3.0", "internal error"));
        }

        batch.Lane.Meters.Duration.Observe(time.GetElapsedTime(batch.Started).TotalSeconds, span);
        AttemptSpan.End(span, batch);
        await FinishAsync(batch, isCutOff);
    }

    /// <summary>The destination has too much to do; the message comes back soon.</summary>
    public ValueTask PostponeAsync(DeliveryBatch batch)
    {
        batch.Attempt.BatchStarted();
        batch.DecideRest(Disposition.Postponed);
        return FinishAsync(batch, isCutOff: false);
    }

    /// <summary>The stop came first. The message goes back to the store when nothing of it runs any more, due at once after the start.</summary>
    public void Abandon(MessageAttempt attempt)
    {
        attempt.Abandon();
        if (attempt.TryGiveBack()) Release(attempt);
    }

    /// <summary>Gives back all messages that only wait.</summary>
    public void ReleaseWaiting()
    {
        foreach (MessageAttempt attempt in active.ToArray()) Abandon(attempt);
    }

    /// <summary>Closes an attempt that had nobody to deliver to.</summary>
    public ValueTask CloseAsync(MessageAttempt attempt) => SettleAsync(attempt);

    private async ValueTask FinishAsync(DeliveryBatch batch, bool isCutOff)
    {
        TimeSpan age = time.GetUtcNow() - batch.Message.Envelope.Received;
        for (int i = 0; i < batch.Recipients.Length; i++)
        {
            DispositionKind result = batch.Result(i).Kind;
            batch.Lane.Meters.Attempts(result).Add();
            if (result == DispositionKind.Delivered) batch.Lane.Meters.Delivered.Observe(age.TotalSeconds, Activity.Current);
        }

        events.Write(batch);
        if (batch.Attempt.Finish(batch, isCutOff)) await SettleAsync(batch.Attempt);
        if (batch.Attempt.TryGiveBack()) Release(batch.Attempt);
    }

    private async ValueTask SettleAsync(MessageAttempt attempt)
    {
        try
        {
            while (attempt.TakeSettlement(out List<int> delivered, out bool isFinal))
            {
                Settlement settlement = isFinal ? judge.Final(attempt, delivered) : judge.Partial(attempt, delivered);
                await store.SettleAsync(attempt.Message, settlement);
                if (attempt.Settled(settlement.Done.Count)) Done(attempt.Message);
                if (!isFinal) continue;
                if (attempt.TryRelease()) Release(attempt);
                return;
            }
        }
        catch (Exception error)
        {
            // The message is not given back: it would be due at once and be delivered again and again. A restart finds it.
            DeliveryLog.SettleFailed(logger, error, attempt.Message.Id.ToString());
            if (attempt.TryRelease()) active.Remove(attempt);
        }
    }

    private void Done(QueuedMessage message)
    {
        _done.Add();
        events.WriteDone(message);
    }

    private void Release(MessageAttempt attempt)
    {
        attempt.Message.Dispose();
        active.Remove(attempt);
    }
}
