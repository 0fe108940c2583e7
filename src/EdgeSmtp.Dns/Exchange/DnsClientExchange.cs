using System.Net;
using DnsClient;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>The exchange over the DnsClient library, whose cache and retries are off: order, retries and failover are ours, so that a failure has a cause.</summary>
internal sealed class DnsClientExchange : IDnsExchange
{
    // DNS flag day 2020: larger datagrams are fragmented and lost; what does not fit comes again over TCP.
    private const int DatagramBytesMax = 1232;

    private readonly DnsMetrics _metrics;
    private readonly LookupClient[] _servers;
    private readonly bool[] _trusted;
    private readonly int _attemptsMax;
    private int _preferred;

    public DnsClientExchange(DnsOptions options, DnsMetrics metrics)
    {
        _metrics = metrics;
        IPEndPoint[] endPoints = ServersOf(options);
        _servers = new LookupClient[endPoints.Length];
        _trusted = new bool[endPoints.Length];
        for (int i = 0; i < endPoints.Length; i++)
        {
            _trusted[i] = IsTrusted(options, endPoints[i].Address);
            _servers[i] = new LookupClient(new LookupClientOptions(endPoints[i])
            {
                UseCache = false,
                Retries = 0,
                Timeout = options.Timeout,
                ContinueOnDnsError = false,
                ContinueOnEmptyResponse = false,
                UseTcpFallback = true,
                ExtendedDnsBufferSize = DatagramBytesMax,

                // A resolver tells by AD whether it validated when it is asked with DO (RFC 4035 §3.2.1).
                RequestDnsSecRecords = _trusted[i],
            });
        }

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
        }

        return new DnsReply(DnsAnswer.TemporaryFailure);
    }

    private async Task<(ReplyFailure Failure, DnsReply Reply)> AskOneAsync(int server, DnsKey question, CancellationToken cancellationToken)
    {
        try
        {
            IDnsQueryResponse response = await _servers[server]
                .QueryAsync(new DnsQuestion(question.Name, (QueryType)question.Type), cancellationToken).ConfigureAwait(false);
            ReplyFailure failure = ReplyReader.Read(response, question, _trusted[server], out DnsReply reply);
            if (failure != ReplyFailure.None)
            {
                (failure == ReplyFailure.Garbage ? _metrics.Garbage : _metrics.ServerRefused).Add();
            }

            return (failure, reply);
        }
        catch (Exception exception)
        {
            // The library throws for what the network does: time-outs, refused ports, messages that do not parse. All of that is an answer here.
            CountFailure(exception);
            return (ReplyFailure.Garbage, new DnsReply(DnsAnswer.TemporaryFailure));
        }
    }

    private void CountFailure(Exception exception)
    {
        switch (exception)
        {
            case DnsResponseException { Code: DnsResponseCode.ConnectionTimeout } or OperationCanceledException or TimeoutException:
                _metrics.TimedOut.Add();
                break;
            case DnsResponseException { Code: DnsResponseCode.Unassigned } or System.Net.Sockets.SocketException:
                _metrics.NetworkError.Add();
                break;
            default:
                _metrics.Garbage.Add();
                break;
        }
    }

    private static IPEndPoint[] ServersOf(DnsOptions options)
    {
        List<IPEndPoint> servers = [];
        foreach (string text in options.Servers)
        {
            servers.Add(DnsOptions.TryParseServer(text, out IPEndPoint endPoint) ? endPoint : throw new ArgumentException($"'{text}' is not an address with an optional port.", nameof(options)));
        }

        if (servers.Count == 0)
        {
            // Never a public resolver by default: DNS lists refuse them, and mail traffic is nobody else's business.
            foreach (NameServer system in NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false))
            {
                if (IPAddress.TryParse(system.Address, out IPAddress? address))
                {
                    servers.Add(new IPEndPoint(address, system.Port));
                }
            }
        }

        return servers.Count == 0 ? [new IPEndPoint(IPAddress.Loopback, 53)] : [.. servers];
    }

    private static bool IsTrusted(DnsOptions options, IPAddress server)
    {
        foreach (string text in options.TrustedResolvers)
        {
            if (IPAddress.TryParse(text, out IPAddress? trusted) && trusted.Equals(server))
            {
                return true;
            }
        }

        return false;
    }
}
