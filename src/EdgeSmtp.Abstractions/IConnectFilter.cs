namespace EdgeSmtp.Abstractions;

/// <summary>Runs when a client has connected, before the greeting. It must not wait for time: ask <see cref="FilterContext.HoldGreeting"/> for a delay, and start look-ups here that a later stage awaits.</summary>
public interface IConnectFilter : IFilter
{
    /// <summary>Called once for each session.</summary>
    /// <param name="session">The session; no HELO, no transaction yet.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>What is to be done; <see cref="Verdict.Continue"/> for no opinion.</returns>
    ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken);
}
