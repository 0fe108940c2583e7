namespace EdgeSmtp.Abstractions;

/// <summary>Runs when the client breaks the protocol in a way that bots do.</summary>
public interface IViolationFilter : IFilter
{
    /// <summary>Called for each violation, at most once a session for each kind.</summary>
    /// <param name="session">The session.</param>
    /// <param name="violation">What happened.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>What is to be done; <see cref="Verdict.Continue"/> for no opinion.</returns>
    ValueTask<Verdict> OnViolationAsync(Session session, ProtocolViolation violation, CancellationToken cancellationToken);
}
