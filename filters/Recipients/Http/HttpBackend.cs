using System.Globalization;
using System.Net;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Http;

/// <summary>Asks a web service. Follows no redirect, keeps no cookie, uses no proxy, and reads nothing of the body: the status is the answer.</summary>
internal sealed class HttpBackend : IRecipientBackend
{
    private const int HeaderKibibytesMax = 16;
    private const int DrainBytesMax = 16 * 1024;

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly UrlTemplate _url;
    private readonly HttpClient _client;

    public HttpBackend(HttpBackendOptions options)
    {
        _url = UrlTemplate.Parse(options.Url, out string? error) ?? throw new ArgumentException(error, nameof(options));
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = options.ConcurrencyMax,
            MaxResponseHeadersLength = HeaderKibibytesMax,
            MaxResponseDrainSize = DrainBytesMax,
            ConnectTimeout = options.Timeout,
            ActivityHeadersPropagator = null,

            // A name that moves to another host is followed in the end.
            PooledConnectionLifetime = ConnectionLifetime,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        foreach ((string name, string value) in options.Headers)
        {
            _client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }
    }

    public async ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_url.Fill(address)));
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK or HttpStatusCode.NoContent => RecipientAnswer.Known,
                HttpStatusCode.NotFound or HttpStatusCode.Gone => RecipientAnswer.Unknown,
                var other => RecipientAnswer.TemporaryFailure(string.Create(CultureInfo.InvariantCulture, $"the web service answered {(int)other}")),
            };
        }
        catch (HttpRequestException exception)
        {
            return RecipientAnswer.TemporaryFailure($"the web service cannot be asked ({exception.HttpRequestError}): {exception.Message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
