using System.Text;
using Microsoft.AspNetCore.Http;

namespace EdgeSmtp.Server.Http;

/// <summary>Short HTTP replies.</summary>
internal static class Replies
{
    /// <summary>Answers with one line of text.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status code.</param>
    /// <param name="text">The line, without its end.</param>
    public static Task TextAsync(HttpContext context, int status, string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text + "\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
