using System.Text;
using System.Text.Json;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace EdgeSmtp.Server.Admin;

/// <summary>
/// What the command line asks of a running server, as HTTP over the Unix socket <c>{DataDirectory}/admin.sock</c>. Who can open the socket, which is the
/// server's own user and root, may do everything here; there is no other check.
/// </summary>
/// <param name="store">The queue.</param>
/// <param name="due">Called when a message may have become due.</param>
/// <param name="reload">Reads the configuration again; returns what is wrong, empty when it was taken.</param>
/// <param name="quarantine">Answers about the quarantine.</param>
/// <param name="capture">Records sessions.</param>
internal sealed class AdminEndpoint(
    IMessageStore store, Action due, Func<CancellationToken, Task<IReadOnlyList<string>>> reload, QuarantineEndpoint? quarantine = null, CaptureRecorder? capture = null)
{
    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public Task HandleAsync(HttpContext context)
    {
        string[] path = (context.Request.Path.Value ?? string.Empty).Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool get = HttpMethods.IsGet(context.Request.Method);
        bool post = HttpMethods.IsPost(context.Request.Method);
        return path switch
        {
            ["queue"] when get => ListAsync(context),
            ["queue", string id] when get => ForMessageAsync(context, id, (request, message) => ShowAsync(request, message, mustBeQuarantined: false)),
            ["queue", string id, string action] when post && Enum.TryParse(action, ignoreCase: true, out OperatorAction wish) && !char.IsAsciiDigit(action[0]) =>
                ForMessageAsync(context, id, (request, message) => ApplyAsync(request, message, wish)),
            ["quarantine"] when get && quarantine is not null => quarantine.ListAsync(context),
            ["quarantine", string id] when get => ForMessageAsync(context, id, (request, message) => ShowAsync(request, message, mustBeQuarantined: true)),
            ["quarantine", string id, "release"] when post && quarantine is not null => ForMessageAsync(context, id, quarantine.ReleaseAsync),
            ["quarantine", string id, "delete"] when post && quarantine is not null => ForMessageAsync(context, id, quarantine.DeleteAsync),
            ["reload"] when post => ReloadAsync(context),
            ["capture", ..] when capture is not null => CaptureRequests.HandleAsync(context, path[1..], capture),
            _ => Replies.TextAsync(context, StatusCodes.Status404NotFound, "no such request"),
        };
    }

    private static Task ForMessageAsync(HttpContext context, string text, Func<HttpContext, MessageId, Task> handle) =>
        MessageId.TryParse(text, out MessageId id) ? handle(context, id) : Replies.TextAsync(context, StatusCodes.Status400BadRequest, $"'{text}' is no message id");

    private async Task ListAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await QueueJson.WriteListAsync(context.Response.BodyWriter, QueueJson.OutsideQuarantine(store.List()), context.RequestAborted);
    }

    private async Task ShowAsync(HttpContext context, MessageId id, bool mustBeQuarantined)
    {
        using QueuedMessage? message = await store.PeekAsync(id, context.RequestAborted);
        if (message is null || store.Find(id) is not { } summary || (mustBeQuarantined && summary.Lane != MessageLane.Quarantine))
        {
            await Replies.TextAsync(context, StatusCodes.Status404NotFound, mustBeQuarantined ? $"no message {id} in quarantine" : $"no message {id}");
            return;
        }

        context.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(context.Response.BodyWriter, QueueJson.Compact);
        QueueJson.WriteMessage(json, summary, message, withContent: context.Request.Query.ContainsKey("content"));
    }

    private async Task ApplyAsync(HttpContext context, MessageId id, OperatorAction wish)
    {
        if (store.Find(id) is not { } summary)
        {
            await Replies.TextAsync(context, StatusCodes.Status404NotFound, $"no message {id}");
            return;
        }

        if (summary.Lane == MessageLane.Quarantine)
        {
            await Replies.TextAsync(context, StatusCodes.Status409Conflict, $"{id} is in quarantine: see 'edgesmtp quarantine'");
            return;
        }

        bool applied = await store.ApplyAsync(id, wish);
        due();
        await (applied
            ? Replies.TextAsync(context, StatusCodes.Status200OK, $"{id}: {wish.ToString().ToLowerInvariant()} done")
            : Replies.TextAsync(context, StatusCodes.Status409Conflict, $"{id} is being delivered; try again"));
    }

    private async Task ReloadAsync(HttpContext context)
    {
        IReadOnlyList<string> problems = await reload(context.RequestAborted);
        context.Response.StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(problems.Count == 0 ? "reloaded\n" : string.Join('\n', problems) + "\n"), context.RequestAborted);
    }
}
