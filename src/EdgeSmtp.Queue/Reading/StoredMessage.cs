using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Index;

namespace EdgeSmtp.Queue.Reading;

/// <summary>A message of a queue that nobody runs.</summary>
/// <param name="id">Its id.</param>
/// <param name="content">Owned.</param>
/// <param name="state">Its state.</param>
internal sealed class StoredMessage(MessageId id, ColdContent content, MessageState state) : QueuedMessage
{
    /// <inheritdoc />
    public override MessageId Id => id;

    /// <inheritdoc />
    public override Envelope Envelope { get; } = content.ReadEnvelope();

    /// <inheritdoc />
    public override int Attempts => state.Attempts;

    /// <inheritdoc />
    public override ReadOnlySequence<byte> Content => content.Content;

    /// <inheritdoc />
    public override bool IsDone(int recipient) => state.Done[recipient];

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => content.Dispose();
}
