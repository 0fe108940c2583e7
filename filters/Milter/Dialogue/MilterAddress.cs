using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>Where a milter listens.</summary>
internal sealed class MilterAddress
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(":/@[] ");

    private readonly EndPoint? _endPoint;
    private readonly string _host;
    private readonly int _port;

    private MilterAddress(EndPoint? endPoint, string host, int port)
    {
        _endPoint = endPoint;
        _host = host;
        _port = port;
    }

    /// <summary>Reads <c>unix:/path</c> (or <c>local:</c>), <c>inet:host:port</c>, <c>inet:[v6]:port</c> or <c>inet:port@host</c> (or <c>inet6:</c>).</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MilterAddress? address)
    {
        address = null;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string rest = text[(colon + 1)..];
        switch (colon < 0 ? string.Empty : text[..colon])
        {
            case "unix" or "local" when rest is ['/', _, ..] && rest.Length <= 100:
                address = new MilterAddress(new UnixDomainSocketEndPoint(rest), rest, 0);
                return true;
            case "inet" or "inet6":
                int at = rest.IndexOf('@', StringComparison.Ordinal);
                int last = rest.LastIndexOf(':');
                address = at >= 0 ? Of(rest[(at + 1)..], rest[..at]) : last > 0 ? Of(rest[..last], rest[(last + 1)..]) : null;
                return address is not null;
            default:
                return false;
        }
    }

    /// <summary>Where to connect to. Names are looked up each time; the resolver remembers them.</summary>
    /// <exception cref="MilterException">The DNS knows no address.</exception>
    public async ValueTask<EndPoint> FindAsync(IDnsResolver dns, CancellationToken cancellationToken)
    {
        if (_endPoint is not null)
        {
            return _endPoint;
        }

        foreach (DnsRecordType type in (DnsRecordType[])[DnsRecordType.A, DnsRecordType.Aaaa])
        {
            DnsAnswer answer = await dns.ResolveAsync(_host, type, cancellationToken).ConfigureAwait(false);
            if (answer.Records.OfType<DnsAddressRecord>().FirstOrDefault() is { } record)
            {
                return new IPEndPoint(record.Address, _port);
            }
        }

        throw new MilterException($"the DNS knows no address of {_host}");
    }

    private static MilterAddress? Of(string host, string portText)
    {
        bool isPort = int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= ushort.MaxValue;
        if (!isPort)
        {
            return null;
        }

        string bare = host is ['[', .. string inner, ']'] ? inner : host;
        if (IPAddress.TryParse(bare, out IPAddress? literal))
        {
            return new MilterAddress(new IPEndPoint(literal, port), bare, port);
        }

        if (bare == "localhost")
        {
            return new MilterAddress(new IPEndPoint(IPAddress.Loopback, port), bare, port);
        }

        return bare.Length > 0 && bare == host && !bare.AsSpan().ContainsAny(NotInNames) ? new MilterAddress(null, bare, port) : null;
    }
}
