using System.Runtime.CompilerServices;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Quarantine;
using EdgeSmtp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EdgeSmtp.Server.Admin;

/// <summary>What the command line asks about the quarantine of a running server.</summary>
/// <param name="store">The queue.</param>
/// <param name="keeper">Looks after the quarantine.</param>
/// <param name="time">The clock.</param>
internal sealed class QuarantineEndpoint(ILaneStore store, QuarantineKeeper keeper, TimeProvider time)
{
    /// <summary>Lists messages.</summary>
    /// <param name="context">The request.</param>
    public async Task ListAsync(HttpContext context)
    {
        if (QuarantineFilter.Parse(name => context.Request.Query[name].FirstOrDefault()) is not { } filter)
        {
            await Replies.TextAsync(context, StatusCodes.Status400BadRequest, "'older' and 'newer' are times such as 1.12:00:00");
            return;
        }

        context.Response.ContentType = "application/json";
        await QuarantineJson.WriteListAsync(context.Response.BodyWriter, FindAsync(filter, context.RequestAborted), context.RequestAborted);
    }

    /// <summary>Releases a message, for all recipients or for those that the request names.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The message.</param>
    public async Task ReleaseAsync(HttpContext context, MessageId id)
    {
        StringValues to = context.Request.Query["to"];
        ReleaseOutcome outcome = await keeper.ReleaseAsync(id, to.Count == 0 ? null : [.. to.OfType<string>()], context.RequestAborted);
        (int status, string text) = outcome switch
        {
            ReleaseOutcome.Released => (StatusCodes.Status200OK, $"{id}: released"),
            ReleaseOutcome.NoSuchRecipient => (StatusCodes.Status404NotFound, $"{id}: nobody of that address waits for it"),
            ReleaseOutcome.Full => (StatusCodes.Status507InsufficientStorage, $"{id}: the queue is full; try again"),
            ReleaseOutcome.Failed => (StatusCodes.Status500InternalServerError, $"{id}: the queue has failed"),
            _ => NotThere(id),
        };
        await Replies.TextAsync(context, status, text);
    }

    /// <summary>Deletes a message.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The message.</param>
    public async Task DeleteAsync(HttpContext context, MessageId id)
    {
        (int status, string text) = await keeper.DeleteAsync(id, context.RequestAborted) ? (StatusCodes.Status200OK, $"{id}: deleted") : NotThere(id);
        await Replies.TextAsync(context, status, text);
    }

    private (int Status, string Text) NotThere(MessageId id) => store.Find(id) switch
    {
        { Lane: MessageLane.Quarantine, Held: true } => (StatusCodes.Status409Conflict, $"{id} is damaged; it can only be deleted"),
        { Lane: MessageLane.Quarantine } => (StatusCodes.Status409Conflict, $"{id} is in other hands; try again"),
        _ => (StatusCodes.Status404NotFound, $"no message {id} in quarantine"),
    };

    private async IAsyncEnumerable<QuarantinedMessage> FindAsync(QuarantineFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (MessageSummary summary in store.List())
        {
            if (filter.MayMatch(summary, now))
            {
                QuarantinedMessage message = new(summary, await store.ReadEnvelopeAsync(summary.Id, cancellationToken));
                if (filter.Matches(message))
                {
                    yield return message;
                }
            }
        }
    }
}
