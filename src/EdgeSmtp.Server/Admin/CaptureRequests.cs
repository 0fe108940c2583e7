using System.Text.Json;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace EdgeSmtp.Server.Admin;

/// <summary>What <c>edgesmtp capture</c> asks of the server.</summary>
internal static class CaptureRequests
{
    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">What follows <c>capture</c>.</param>
    /// <param name="capture">The recorder.</param>
    public static async Task HandleAsync(HttpContext context, string[] path, CaptureRecorder capture)
    {
        bool post = HttpMethods.IsPost(context.Request.Method);
        switch (path)
        {
            case [] when HttpMethods.IsGet(context.Request.Method):
                context.Response.ContentType = "application/json";
                await JsonSerializer.SerializeAsync(context.Response.Body, capture.Settings, cancellationToken: context.RequestAborted);
                return;
            case ["start"] when post && context.Request.Query["settings"].ToString() is { Length: > 0 } text && Read(text) is { } settings:
                capture.Start(settings);
                break;
            case ["stop"] when post:
                capture.Stop();
                break;
            case ["delete"] when post:
                capture.Delete();
                break;
            default:
                await Replies.TextAsync(context, StatusCodes.Status404NotFound, "no such request");
                return;
        }

        await Replies.TextAsync(context, StatusCodes.Status200OK, $"capture: {path[0]} done");
    }

    private static CaptureSettings? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<CaptureSettings>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
