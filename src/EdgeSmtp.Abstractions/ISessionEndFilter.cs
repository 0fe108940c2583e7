namespace EdgeSmtp.Abstractions;

/// <summary>Runs when a session has ended, however it ended. It decides nothing; here ends what was started and never awaited.</summary>
public interface ISessionEndFilter : IFilter
{
    /// <summary>Called once for each session.</summary>
    /// <param name="session">The session; nothing can be sent any more.</param>
    /// <returns>A task that ends when the filter is done.</returns>
    ValueTask OnSessionEndAsync(Session session);
}
