using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline;

/// <summary>Holds the pipeline that new sessions take. Replacing it never disturbs a session: each ends on the pipeline that it began with.</summary>
public sealed class PipelineSlot(FilterPipeline first)
{
    private FilterPipeline _current = first;

    /// <summary>The pipeline that the next session takes.</summary>
    public FilterPipeline Current => Volatile.Read(ref _current);

    /// <summary>Begins a session on the current pipeline.</summary>
    /// <param name="session">The session.</param>
    /// <param name="rejectAt">When early verdicts are answered.</param>
    public FilterRun Begin(Session session, RejectAt rejectAt)
    {
        while (true)
        {
            // Between reading and beginning, the pipeline may be replaced and drained; the next one is there by then.
            if (Current.TryBegin(session, rejectAt, out FilterRun? run))
            {
                return run;
            }
        }
    }

    /// <summary>Puts a pipeline in place.</summary>
    /// <param name="next">The new pipeline.</param>
    /// <returns>The old one. Dispose it: that waits for its last session.</returns>
    public FilterPipeline Replace(FilterPipeline next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return Interlocked.Exchange(ref _current, next);
    }
}
