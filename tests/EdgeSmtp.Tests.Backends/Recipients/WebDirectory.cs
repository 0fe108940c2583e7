using System.Collections.Concurrent;
using System.Net;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>A web service that knows mailboxes.</summary>
internal sealed class WebDirectory : IAsyncDisposable
{
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly Task _serving;

    public WebDirectory()
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{_claim.Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => _claim.Port;

    /// <summary>Paths and queries as they came, with the field that the test sets.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>Status by the address in the path; 404 for others.</summary>
    public ConcurrentDictionary<string, int> Statuses { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
        _claim.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            string raw = context.Request.RawUrl!;
            _asked.Enqueue($"{raw} {context.Request.Headers["X-Key"]}".TrimEnd());
            int status = Statuses.GetValueOrDefault(Uri.UnescapeDataString(raw.Split('/')[^1]), 404);
            context.Response.StatusCode = status;
            if (status is 301 or 302)
            {
                context.Response.RedirectLocation = "/mailbox/joe@web.test";
            }

            context.Response.Close();
        }
    }
}
