using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Reading;

namespace EdgeSmtp.Queue.Inspection;

/// <summary>A message that is only looked at.</summary>
internal sealed class InspectedMessage(MessageId id, ColdContent content, MessageState state) : QueuedMessage
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
