using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Server.Http;
using EdgeSmtp.Server.Metrics;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Http;

public sealed class WatchEndpointTests
{
    private readonly PrometheusMetrics _metrics = new();
    private readonly Readiness _readiness;
    private readonly WatchEndpoint _endpoint;

    public WatchEndpointTests()
    {
        _readiness = new Readiness(_metrics);
        _endpoint = new WatchEndpoint(_metrics, _readiness);
    }

    [Fact]
    public async Task Ready_FollowsStartStoreAndDrain()
    {
        FakeStore store = new();
        Assert.Equal((503, "starting\n"), await GetAsync("/health/ready"));
        _readiness.Start(store);
        Assert.Equal((200, "ready\n"), await GetAsync("/health/ready"));
        store.Health = StoreHealth.Full;
        Assert.Equal((503, "queue disk is full\n"), await GetAsync("/health/ready"));
        store.Health = StoreHealth.Failed;
        Assert.Equal((503, "queue disk failed\n"), await GetAsync("/health/ready"));
        store.Health = StoreHealth.Open;
        _readiness.Drain();
        Assert.Equal((503, "draining\n"), await GetAsync("/health/ready"));
    }

    [Fact]
    public async Task Live_AnswersWhateverHappens()
    {
        _readiness.Drain();
        Assert.Equal((200, "alive\n"), await GetAsync("/health/live"));
    }

    [Fact]
    public async Task Metrics_AreInTheTextFormat()
    {
        (int status, string body) = await GetAsync("/metrics");

        Assert.Equal(200, status);
        Assert.Contains("edgesmtp_ready 0\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_ForWhoeverTakesOpenMetrics_AreInThatFormat()
    {
        DefaultHttpContext context = new() { Request = { Method = "GET", Path = "/metrics" } };
        context.Request.Headers.Accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        using MemoryStream body = new();
        context.Response.Body = body;
        await _endpoint.HandleAsync(context);
        Assert.StartsWith("application/openmetrics-text", context.Response.ContentType, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/queue", 404)]
    [InlineData("POST", "/metrics", 405)]
    [InlineData("HEAD", "/health/live", 200)]
    public async Task OtherRequests_AreRefused(string method, string path, int status)
    {
        (int given, string body) = await RequestAsync(method, path);

        Assert.Equal(status, given);
        Assert.Equal(method == "HEAD", body.Length == 0);
    }

    private Task<(int Status, string Body)> GetAsync(string path) => RequestAsync("GET", path);

    private async Task<(int Status, string Body)> RequestAsync(string method, string path)
    {
        DefaultHttpContext context = new();
        using MemoryStream body = new();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Response.Body = body;
        await _endpoint.HandleAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
