using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline;

/// <summary>One configuration's filters, ready to run. Immutable; a session keeps the one it began with.</summary>
public sealed class FilterPipeline : IAsyncDisposable
{
    /// <summary>A pipeline without filters.</summary>
    public static FilterPipeline Empty { get; } = new();

    /// <summary>Begins a session. The run holds the pipeline until it is disposed.</summary>
    /// <param name="session">The session.</param>
    /// <param name="rejectAt">When early verdicts are answered.</param>
    public FilterRun Begin(Session session, RejectAt rejectAt) => new(this, session, rejectAt);

    /// <summary>Disposes the filters once the last run has ended.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
