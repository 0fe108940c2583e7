using EdgeSmtp.Pipeline;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>A session that has its snapshot and its filters.</summary>
/// <param name="Snapshot">The snapshot that it keeps.</param>
/// <param name="Client">The session.</param>
/// <param name="Filters">Its filters. Owned.</param>
/// <param name="Spans">Its spans; <c>null</c> when nobody traces.</param>
internal sealed record OpenedSession(SessionSnapshot Snapshot, InboundSession Client, FilterRun Filters, SessionSpans? Spans)
{
    /// <summary>Begins a session on what is valid now.</summary>
    public static OpenedSession Begin(ListenerOptions listener, SessionServices services, ConnectionOrigin origin)
    {
        while (true)
        {
            SessionSnapshot snapshot = origin.Snapshot ?? services.Snapshots.Current;
            InboundSession client = new(
                SessionIds.Next(services.Ids), listener, origin, services.Time.GetUtcNow(), RelayRight.Of(listener, snapshot, origin), snapshot.Domains);
            FilterPipeline pipeline = origin.IsHealthCheck ? FilterPipeline.Empty : snapshot.Pipeline;
            // One that access rules decided by is held. Between reading any other and beginning, a reload may have replaced it; the next one is there by then.
            if (pipeline.TryBegin(client, listener.RejectAt, out FilterRun? filters))
            {
                filters.Profile = origin.Access.Profile;
                return new OpenedSession(snapshot, client, filters, origin.IsHealthCheck ? null : SessionSpans.Begin(services.Tracer, client, filters, origin.Span));
            }
        }
    }
}
