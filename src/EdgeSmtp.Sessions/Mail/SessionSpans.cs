using System.Diagnostics;
using EdgeSmtp.Core.Tracing;
using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>
/// The spans of one session (docs/tracing.md): its beginning, then one for each transaction. The first transaction is in the trace of the beginning; each further one is a trace of
/// its own that links there, so that a trace is one message's and a client that stays for hours does not make one without end. Exists only while somebody listens.
/// </summary>
internal sealed class SessionSpans
{
    private readonly Tracer _tracer;
    private readonly InboundSession _session;
    private readonly FilterRun _filters;
    private readonly Activity? _connect;
    private Activity? _transaction;
    private bool _hadTransaction;

    private SessionSpans(Tracer tracer, InboundSession session, FilterRun filters)
    {
        _tracer = tracer;
        _session = session;
        _filters = filters;
        _connect = tracer.Begin(Spans.Connect, ActivityKind.Server);
        Describe(_connect.IfRecorded());
        filters.Span = _connect.IfRecorded();
    }

    /// <summary>Id of the trace that the session is in now, for the log; <c>null</c> when it is not in the sample.</summary>
    public string? TraceId => _filters.Span?.TraceId.ToHexString();

    /// <summary>Begins the span of the connection.</summary>
    /// <returns><c>null</c> while nobody listens.</returns>
    public static SessionSpans? Begin(Tracer? tracer, InboundSession session, FilterRun filters) =>
        tracer is { IsOn: true } ? new SessionSpans(tracer, session, filters) : null;

    /// <summary>The client is greeted, refused or gone. Idempotent.</summary>
    public void Greeted() => _connect?.End();

    /// <summary>Begins the span of a transaction.</summary>
    public void BeginTransaction(MailTransaction transaction)
    {
        ActivityContext connect = _connect?.Context ?? default;
        _transaction = _hadTransaction
            ? _tracer.Begin(Spans.Transaction, ActivityKind.Server, linked: connect)
            : _tracer.Begin(Spans.Transaction, ActivityKind.Server, connect);
        _hadTransaction = true;
        Activity? recorded = _transaction.IfRecorded();
        Describe(recorded);
        recorded?.SetTag(SpanTags.Transaction, transaction.Id);
        _filters.Span = recorded;
    }

    /// <summary>Ends it, whatever became of it.</summary>
    public void EndTransaction()
    {
        _transaction?.End();
        _transaction = null;
        _filters.Span = _connect.IfRecorded();
    }

    /// <summary>A recipient, the transaction or the session was refused.</summary>
    public void Refused(int reply, string reason, string? filter, bool isWhole)
    {
        if (_filters.Span is not { } span)
        {
            return;
        }

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

    /// <summary>Everything that was to be asked has let the message pass; its commit has a span of its own.</summary>
    public void Accepted(CommittedMessage message) => _transaction.IfRecorded()
        ?.SetTag(SpanTags.Result, message.IsDiscarded ? "discarded" : "accepted")
        .SetTag(SpanTags.Recipients, message.Recipients)
        .SetTag(SpanTags.SizeBytes, message.SizeBytes);

    private void Describe(Activity? span) => span
        ?.SetTag(SpanTags.Session, _session.Id)
        .SetTag(SpanTags.Listener, _session.Listener)
        .SetTag(SpanTags.ClientAddress, _session.Client.Address.ToString());
}
