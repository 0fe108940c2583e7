namespace EdgeSmtp.Abstractions.Dns;

/// <summary>Asks the DNS. Caches, joins equal questions, and bounds what is in flight; never throws for what the network does.</summary>
public interface IDnsResolver
{
    /// <summary>Asks one question.</summary>
    /// <param name="name">Name in A-labels, case and trailing dot ignored, at most 253 characters.</param>
    /// <param name="type">Type of record.</param>
    /// <param name="cancellationToken">Ends the caller's wait; a question that others share goes on.</param>
    /// <returns>The answer; a name that cannot exist is <see cref="DnsStatus.NxDomain"/>.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken);
}
