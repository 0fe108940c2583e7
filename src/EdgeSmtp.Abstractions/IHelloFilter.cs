namespace EdgeSmtp.Abstractions;

/// <summary>Runs after a syntactically valid HELO or EHLO, each time it is given (RFC 5321 §4.1.4); not on QMTP and QMQP.</summary>
public interface IHelloFilter : IFilter
{
    /// <summary>Called for each HELO or EHLO.</summary>
    /// <param name="session">The session; <see cref="Session.Hello"/> is set.</param>
    /// <param name="cancellationToken">Fires at the deadline of the filter, or when the session is given up.</param>
    /// <returns>What is to be done; <see cref="Verdict.Continue"/> for no opinion.</returns>
    ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken);
}
