using System.Buffers;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Hot;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Reading;

namespace EdgeSmtp.Queue.Store;

/// <summary>A message in somebody's hands. Carries its whole state, so that each settlement can be stored as one record that needs no other.</summary>
internal sealed class LeasedMessage : QueuedMessage
{
    private readonly QueueContext _context;
    private readonly ReadOnlySequence<byte> _content;
    private readonly bool _isPeek;
    private bool _disposed;

    public LeasedMessage(QueueContext context, MessageId id, Envelope envelope, in MessageState state, ReadOnlySequence<byte> content, bool isPeek)
    {
        _context = context;
        _content = content;
        _isPeek = isPeek;
        Id = id;
        Envelope = envelope;
        State = state;
        Attempts = state.Attempts;
    }

    /// <inheritdoc />
    public override MessageId Id { get; }

    /// <inheritdoc />
    public override Envelope Envelope { get; }

    /// <inheritdoc />
    public override int Attempts { get; }

    /// <inheritdoc />
    public override ReadOnlySequence<byte> Content
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _content;
        }
    }

    /// <summary>State with all settlements so far, durable or not.</summary>
    public MessageState State { get; set; }

    /// <summary>Whether a final settlement was made.</summary>
    public bool IsFinal { get; set; }

    /// <summary>Whether it may be settled.</summary>
    public bool CanSettle => !_isPeek && !_disposed && !IsFinal;

    /// <summary>Memory of a hot message; this is one user of it.</summary>
    public SharedContent? Hot { get; init; }

    /// <summary>Memory of a cold message; owned.</summary>
    public ColdContent? Cold { get; init; }

    /// <summary>Body file that is in use here, or −1.</summary>
    public int BodySlot { get; init; } = -1;

    /// <inheritdoc />
    public override bool IsDone(int recipient) => State.Done[recipient];

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Cold?.Dispose();
        lock (_context.State.Gate)
        {
            Hot?.Release();
            if (BodySlot >= 0)
            {
                _context.State.Bodies.Release(BodySlot);
            }

            if (!_isPeek && !IsFinal)
            {
                _context.State.PutBack(Id.Value, _context.Now);
            }
        }
    }
}
