using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Queue.Reading;

/// <summary>Somebody waits for a message from disk.</summary>
/// <param name="id">Its id.</param>
/// <param name="kind">What is wanted.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ReadRequest(MessageId id, ReadKind kind, CancellationToken cancellationToken)
    : TaskCompletionSource<QueuedMessage?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Its id.</summary>
    public MessageId Id => id;

    /// <summary>What is wanted.</summary>
    public ReadKind Kind => kind;

    /// <summary>Whether it is only looked at.</summary>
    public bool IsPeek => kind != ReadKind.Attempt;

    /// <summary>Gives up.</summary>
    public CancellationToken CancellationToken => cancellationToken;
}
