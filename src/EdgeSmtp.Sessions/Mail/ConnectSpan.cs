using System.Diagnostics;
using System.Net;
using EdgeSmtp.Core.Tracing;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>The span of a connection, which begins before there is a session and may end without one, and what it says in the words of every other.</summary>
internal static class ConnectSpan
{
    /// <summary>Begins it, and with it the trace.</summary>
    /// <returns><c>null</c> while nobody listens.</returns>
    public static Activity? Begin(Tracer? tracer) => tracer is { IsOn: true } ? tracer.Begin(Spans.Connect, ActivityKind.Server) : null;

    /// <summary>Says whose it is.</summary>
    public static void Describe(Activity span, string session, string listener, IPAddress client) => span
        .SetTag(SpanTags.Session, session)
        .SetTag(SpanTags.Listener, listener)
        .SetTag(SpanTags.ClientAddress, client.ToString());

    /// <summary>Says what was refused: all that the span stands for, or a part of it.</summary>
    public static void Refused(Activity span, int reply, string reason, string? filter, bool isWhole)
    {
        span.AddEvent(new ActivityEvent(Spans.Refused, tags: new ActivityTagsCollection
        {
            [SpanTags.Reply] = reply,
            [SpanTags.Reason] = reason,
            [SpanTags.Filter] = filter,
        }));
        if (isWhole)
        {
            span.SetTag(SpanTags.Result, "refused");
        }
    }
}
