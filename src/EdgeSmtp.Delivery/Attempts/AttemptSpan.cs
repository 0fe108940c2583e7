using System.Diagnostics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Core.Tracing;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>
/// The span of one attempt. It belongs to the trace of the transaction that brought the message, whose identity lies with the message in the queue: also after days, and after a restart. What came in
/// without a trace is delivered without one.
/// </summary>
internal static class AttemptSpan
{
    /// <summary>Begins it.</summary>
    public static Activity? Begin(Tracer? tracer, DeliveryBatch batch)
    {
        Envelope envelope = batch.Message.Envelope;
        if (tracer is null || envelope.Trace == default || !tracer.IsOn) return null;
        string route = batch.Lane.Route.Name;
        Activity? span = tracer.Begin(Spans.Deliver + route, ActivityKind.Client, envelope.Trace).IfRecorded();
        return span?.SetTag(SpanTags.Session, envelope.SessionId)
            .SetTag(SpanTags.Message, batch.Message.Id.ToString())
            .SetTag(SpanTags.Route, route)
            .SetTag(SpanTags.Recipients, batch.Recipients.Length)
            .SetTag(SpanTags.Attempt, batch.Message.Attempts + 1);
    }

    /// <summary>Ends it with what it came to: the worst result of its recipients.</summary>
    public static void End(Activity? span, DeliveryBatch batch)
    {
        if (span is null) return;
        Disposition worst = batch.Result(0);
        for (int i = 1; i < batch.Recipients.Length; i++)
            if (batch.Result(i).Kind > worst.Kind) worst = batch.Result(i);
        span.SetTag(SpanTags.Result, AttemptEvents.WordOf(worst.Kind))
            .SetTag(SpanTags.Reply, worst.Code)
            .SetTag(SpanTags.ServerAddress, batch.Host ?? batch.Address)
            .SetTag(SpanTags.TlsVersion, batch.Tls);
        if (worst.Kind != DispositionKind.Delivered) span.SetStatus(ActivityStatusCode.Error, worst.Status);
        span.End();
    }
}
