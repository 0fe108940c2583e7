using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A collector that takes OTLP over HTTP and keeps the spans, or refuses them.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();
    private readonly Task _serving;

    public TraceCollector()
    {
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_claim.Port}/"));
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_claim.Port}/v1/traces");

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.OK;

    /// <summary>The header named X-Key of the last request.</summary>
    public string? Key { get; private set; }

    public IReadOnlyList<CollectedSpan> Spans => [.. _spans];

    public Task ArrivedAsync(Func<IReadOnlyList<CollectedSpan>, bool> enough) =>
        Until.TrueAsync(() => enough(Spans), TimeSpan.FromSeconds(60), () => "Arrived: " + string.Join('\n', Spans.Select(static span => $"{span.Trace} {span.Name}")));

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _claim.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using MemoryStream body = new();
                await context.Request.InputStream.CopyToAsync(body);
                Key = context.Request.Headers["X-Key"];
                if (Answer == HttpStatusCode.OK && context.Request.Url!.AbsolutePath == "/v1/traces")
                    foreach (CollectedSpan span in OtlpReader.Read(body.ToArray()))
                        _spans.Enqueue(span);
                context.Response.StatusCode = (int)Answer;
                context.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
