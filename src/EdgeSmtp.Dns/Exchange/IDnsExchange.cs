namespace EdgeSmtp.Dns.Exchange;

/// <summary>Puts one question to the network. The seam below cache and coalescing. Disposed, it ends what is on its way.</summary>
internal interface IDnsExchange : IDisposable
{
    /// <summary>Asks the servers in turn. Never throws for what the network does.</summary>
    /// <param name="question">A normalised name and a type.</param>
    /// <param name="cancellationToken">Fires when the resolver is disposed.</param>
    Task<DnsReply> AskAsync(DnsKey question, CancellationToken cancellationToken);
}
