namespace EdgeSmtp.Abstractions;

/// <summary>Runs after credentials were verified, before the reply to AUTH.</summary>
public interface IAuthFilter : IFilter
{
    /// <summary>Called after a successful AUTH.</summary>
    /// <param name="session">The session; <see cref="Session.AuthenticatedUser"/> is set.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>What is to be done; <see cref="Verdict.Continue"/> for no opinion.</returns>
    ValueTask<Verdict> OnAuthAsync(Session session, CancellationToken cancellationToken);
}
