using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Scanning;

namespace EdgeSmtp.Filters.Rspamd.Http;

/// <summary>One rspamd: its connections are kept.</summary>
internal sealed class RspamdServer : IDisposable
{
    private const int ReplyBytesMax = 1024 * 1024;
    private const int HeaderKibibytesMax = 16;

    // A name that moves to another host is followed in the end.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private static readonly Uri Check = new("http://rspamd/checkv2");

    private readonly HttpClient _client;

    public RspamdServer(BackendAddress address, int connectionsMax)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = connectionsMax,
            MaxResponseHeadersLength = HeaderKibibytesMax,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = ConnectionLifetime,

            // RFC 6531 §3.3: addresses may have other letters.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ConnectCallback = async (_, cancellationToken) => new NetworkStream(await address.ConnectAsync(cancellationToken).ConfigureAwait(false), ownsSocket: true),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = ReplyBytesMax };
    }

    /// <summary>Asks it. The message is not touched any more when the task has ended.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, went away, or sends more than is taken.</exception>
    /// <exception cref="System.Text.Json.JsonException">What it says is no JSON.</exception>
    public async ValueTask<ScanReply<RspamdFinding>> AskAsync(IReadOnlyList<KeyValuePair<string, string>> fields, ReadOnlySequence<byte> message, CancellationToken cancellationToken)
    {
        using StagedContent content = new(message);
        using HttpRequestMessage request = new(HttpMethod.Post, Check) { Content = content };
        foreach ((string name, string value) in fields)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            // The whole answer, bounded by MaxResponseContentBufferSize.
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return new(null, string.Create(CultureInfo.InvariantCulture, $"it answered {(int)response.StatusCode}"));
            }

            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return ReplyReader.Read(answer) is { } finding ? new(finding, null, finding.IsDeterministic) : new(null, "what it answers has no action and no score");
        }
        finally
        {
            await content.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _client.Dispose();
}
