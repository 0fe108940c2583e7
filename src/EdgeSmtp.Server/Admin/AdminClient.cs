using System.Net.Sockets;

namespace EdgeSmtp.Server.Admin;

/// <summary>Asks a running server over its socket.</summary>
/// <param name="socket">Path of the socket.</param>
internal sealed class AdminClient(string socket) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://edgesmtp/"),
        Timeout = TimeSpan.FromMinutes(5),
    };

    /// <summary>Asks for something.</summary>
    /// <param name="path">Path with query, without leading slash.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The response, or <c>null</c> when no server listens.</returns>
    public Task<HttpResponseMessage?> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, cancellationToken);

    /// <summary>Has something done.</summary>
    /// <param name="path">Path without leading slash.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The response, or <c>null</c> when no server listens.</returns>
    public Task<HttpResponseMessage?> PostAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage?> SendAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure) when (failure.InnerException is SocketException { SocketErrorCode: not SocketError.AccessDenied })
        {
            // No socket, or one that a crash left behind: there is no server.
            return null;
        }
    }
}
