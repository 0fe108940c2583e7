using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Queue.Reading;

/// <summary>Somebody waits for a message from disk.</summary>
/// <param name="id">Its id.</param>
/// <param name="isPeek">Whether it is only looked at.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ReadRequest(MessageId id, bool isPeek, CancellationToken cancellationToken)
    : TaskCompletionSource<QueuedMessage?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Its id.</summary>
    public MessageId Id => id;

    /// <summary>Whether it is only looked at.</summary>
    public bool IsPeek => isPeek;

    /// <summary>Gives up.</summary>
    public CancellationToken CancellationToken => cancellationToken;
}
