using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>Writes the event log: one line for each recipient of each attempt, and one when a message leaves the queue.</summary>
internal sealed class AttemptEvents(IEventLog log, TimeProvider time)
{
    private static readonly string[] Results = ["open", "delivered", "temporary", "permanent", "postponed"];

    /// <summary>The word for what an attempt came to.</summary>
    public static string WordOf(DispositionKind kind) => Results[(int)kind];

    /// <summary>The attempt of a batch.</summary>
    public void Write(DeliveryBatch batch)
    {
        Envelope envelope = batch.Message.Envelope;
        TimeSpan duration = time.GetElapsedTime(batch.Started);
        TimeSpan delay = time.GetUtcNow() - envelope.Received;
        for (int i = 0; i < batch.Recipients.Length; i++)
        {
            Disposition result = batch.Result(i);
            // Nothing was tried, so there is nothing to tell.
            if (result.Kind == DispositionKind.Postponed) continue;
            EventEntry entry = log.Begin(EventNames.Attempt)
                .Add("id", batch.Message.Id.ToString())
                .Add("session", envelope.SessionId.Length == 0 ? null : envelope.SessionId)
                .Add("trace", TraceOf(envelope))
                .Add("from", envelope.ReversePath.Bytes.Span)
                .Add("to", batch.Recipient(i).ForwardPath.Bytes.Span)
                .Add("route", batch.Lane.Route.Name)
                .Add("host", batch.Host)
                .Add("ip", batch.Address)
                .Add("tls", batch.Tls)
                .Add("result", WordOf(result.Kind))
                .Add("status", result.Status)
                .Add("reply", result.Diagnostic)
                .Add("attempt", batch.Message.Attempts + 1)
                .Add("duration", duration)
                .Add("delay", delay);
            log.Write(entry);
        }
    }

    /// <summary>The message left the queue.</summary>
    public void WriteDone(QueuedMessage message)
    {
        EventEntry entry = log.Begin(EventNames.Done)
            .Add("id", message.Id.ToString())
            .Add("session", message.Envelope.SessionId.Length == 0 ? null : message.Envelope.SessionId)
            .Add("trace", TraceOf(message.Envelope))
            .Add("delay", time.GetUtcNow() - message.Envelope.Received);
        log.Write(entry);
    }

    private static string? TraceOf(Envelope envelope) => envelope.Trace == default ? null : envelope.Trace.TraceId.ToHexString();
}
