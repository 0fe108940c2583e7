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

    private SessionSpans(Tracer tracer, InboundSession session, FilterRun filters, Activity? connect)
    {
        _tracer = tracer;
        _session = session;
        _filters = filters;
        _connect = connect;
        Describe(_connect.IfRecorded());
        filters.Span = _connect.IfRecorded();
    }

    /// <summary>Id of the trace that the session is in now, for the log; <c>null</c> when it is not in the sample.</summary>
    public string? TraceId => _filters.Span?.TraceId.ToHexString();

    /// <summary>Goes on with the span that the connection began with, or begins it.</summary>
    /// <returns><c>null</c> while nobody listens.</returns>
    public static SessionSpans? Begin(Tracer? tracer, InboundSession session, FilterRun filters, Activity? connect) =>
        tracer is { IsOn: true } ? new SessionSpans(tracer, session, filters, connect ?? ConnectSpan.Begin(tracer)) : null;

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
        if (_filters.Span is { } span)
        {
            ConnectSpan.Refused(span, reply, reason, filter, isWhole);
        }
    }

    /// <summary>Everything that was to be asked has let the message pass; its commit has a span of its own.</summary>
    public void Accepted(CommittedMessage message) => _transaction.IfRecorded()
        ?.SetTag(SpanTags.Result, message.IsDiscarded ? "discarded" : "accepted")
        .SetTag(SpanTags.Recipients, message.Recipients)
        .SetTag(SpanTags.SizeBytes, message.SizeBytes);

    private void Describe(Activity? span)
    {
        if (span is not null)
        {
            ConnectSpan.Describe(span, _session.Id, _session.Listener, _session.Client.Address);
        }
    }
}
