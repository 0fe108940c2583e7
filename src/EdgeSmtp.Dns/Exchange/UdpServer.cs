using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>The sockets to one server: few, so that one turn of a receiver takes many answers, and as many as it takes that no receive buffer overflows.</summary>
/// <param name="endPoint">Its address.</param>
/// <param name="metrics">The metrics.</param>
internal sealed class UdpServer(IPEndPoint endPoint, DnsMetrics metrics) : IDisposable
{
    private const int LinksMax = 16;
    private const int InFlightPerLink = 128;

    private readonly Lock _lock = new();
    private readonly List<UdpLink> _links = [];
    private bool _isDisposed;

    /// <summary>Its address.</summary>
    public IPEndPoint EndPoint => endPoint;

    /// <summary>Asks one question. Never throws for what the network does.</summary>
    /// <param name="question">The question.</param>
    /// <param name="dnssecOk">Whether DO is set.</param>
    /// <param name="timeout">How long the server has.</param>
    public async ValueTask<ServerReply> AskAsync(DnsKey question, bool dnssecOk, TimeSpan timeout)
    {
        while (true)
        {
            UdpLink? link;
            try
            {
                link = Choose();
            }
            catch (SocketException)
            {
                link = null;
            }

            if (link is null)
            {
                return new ServerReply(ReplyFailure.Network);
            }

            using PendingQuestion? pending = await link.AskAsync(question, dnssecOk, timeout).ConfigureAwait(false);
            if (pending is not null)
            {
                return await pending.Reply.ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        UdpLink[] links;
        lock (_lock)
        {
            _isDisposed = true;
            links = [.. _links];
            _links.Clear();
        }

        foreach (UdpLink link in links)
        {
            link.Dispose();
        }
    }

    private UdpLink? Choose()
    {
        UdpLink? worn = null;
        UdpLink? link = null;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return null;
            }

            if (_links.Count > 0)
            {
                link = _links[Random.Shared.Next(_links.Count)];
                if (link.IsWorn)
                {
                    worn = link;
                    _links.Remove(link);
                    link = null;
                }
                else if (_links.Count < LinksMax && link.InFlight >= InFlightPerLink)
                {
                    link = null;
                }
            }

            if (link is null)
            {
                link = new UdpLink(endPoint, metrics);
                _links.Add(link);
            }
        }

        worn?.Retire();
        return link;
    }
}
