using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Dns.Wire;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>The exchange over UDP, and TCP for what does not fit: asks servers in turn until one answers.</summary>
internal sealed class NetworkExchange : IDnsExchange
{
    private readonly DnsMetrics _metrics;
    private readonly UdpServer[] _servers;
    private readonly bool[] _trusted;
    private readonly TimeSpan _timeout;
    private readonly int _attemptsMax;
    private int _preferred;

    public NetworkExchange(DnsOptions options, DnsMetrics metrics)
    {
        _metrics = metrics;
        _timeout = options.Timeout;
        _servers = [.. ServerAddresses.Of(options).Select(endPoint => new UdpServer(endPoint, metrics))];
        _trusted = [.. _servers.Select(server => ServerAddresses.IsTrusted(options, server.EndPoint.Address))];
        _attemptsMax = _servers.Length * (options.Retries + 1);
    }

    public async Task<DnsReply> AskAsync(DnsKey question, CancellationToken cancellationToken)
    {
        int first = Volatile.Read(ref _preferred);
        for (int attempt = 0; attempt < _attemptsMax && !cancellationToken.IsCancellationRequested; attempt++)
        {
            int server = (first + attempt) % _servers.Length;
            (ReplyFailure failure, DnsReply reply) = await AskOneAsync(server, question, cancellationToken).ConfigureAwait(false);
            if (failure == ReplyFailure.None)
            {
                if (attempt > 0)
                {
                    // What answered is asked first from now on, so that a dead server costs its time-out once and not for every question.
                    Volatile.Write(ref _preferred, server);
                }

                return reply;
            }

            _metrics.FailedAttempt(failure).Add();
        }

        return new DnsReply(DnsAnswer.TemporaryFailure);
    }

    public void Dispose()
    {
        foreach (UdpServer server in _servers)
        {
            server.Dispose();
        }
    }

    private async ValueTask<(ReplyFailure Failure, DnsReply Reply)> AskOneAsync(int index, DnsKey question, CancellationToken cancellationToken)
    {
        UdpServer server = _servers[index];

        // A resolver tells by AD whether it validated when it is asked with DO (RFC 4035 §3.2.1).
        bool dnssecOk = _trusted[index];
        ServerReply got = await server.AskAsync(question, dnssecOk, _timeout).ConfigureAwait(false);
        if (got.Message is { } datagram && WireHeader.TryRead(datagram, out WireHeader header) && header.IsTruncated)
        {
            got = await TcpQuestion.AskAsync(server.EndPoint, question, dnssecOk, _timeout, cancellationToken).ConfigureAwait(false);
        }

        if (got.Message is not { } message)
        {
            return (got.Failure, new DnsReply(DnsAnswer.TemporaryFailure));
        }

        ReplyFailure failure = ReplyReader.Read(message, question, _trusted[index], out DnsReply reply);
        return (failure, reply);
    }
}
