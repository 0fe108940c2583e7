using EdgeSmtp.Server.Metrics;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace EdgeSmtp.Server.Http;

/// <summary>Answers what monitoring and load balancers ask. Reads only; knows no other path.</summary>
/// <param name="metrics">What is exported.</param>
/// <param name="readiness">Whether clients may come.</param>
internal sealed class WatchEndpoint(PrometheusMetrics metrics, Readiness readiness)
{
    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return Replies.TextAsync(context, StatusCodes.Status405MethodNotAllowed, "GET only");
        }

        switch (context.Request.Path.Value)
        {
            case "/metrics":
                bool isOpen = TakesOpenMetrics(context.Request);
                context.Response.ContentType = isOpen ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
                return metrics.WriteAsync(context.Response.Body, isOpen ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText, context.RequestAborted);
            case "/health/live":
                return Replies.TextAsync(context, StatusCodes.Status200OK, "alive");
            case "/health/ready":
                string? obstacle = readiness.Obstacle;
                return Replies.TextAsync(context, obstacle is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, obstacle ?? "ready");
            default:
                return Replies.TextAsync(context, StatusCodes.Status404NotFound, "not found");
        }
    }

    /// <summary>Whoever names OpenMetrics prefers it: Prometheus does, and lists plain text behind it for those that have nothing else.</summary>
    private static bool TakesOpenMetrics(HttpRequest request) => request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase);
}
