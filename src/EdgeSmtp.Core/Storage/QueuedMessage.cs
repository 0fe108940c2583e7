using System.Buffers;

namespace EdgeSmtp.Core.Storage;

/// <summary>A message taken out for an attempt: nobody else gets it until it is settled. Disposing without a final settlement puts it back, due at once.</summary>
public abstract class QueuedMessage : IDisposable
{
    /// <summary>Its id.</summary>
    public abstract MessageId Id { get; }

    /// <summary>Its envelope.</summary>
    public abstract Envelope Envelope { get; }

    /// <summary>Attempts made before this one.</summary>
    public abstract int Attempts { get; }

    /// <summary>Header and body, from memory while hot, else read from disk and verified. Valid until disposed.</summary>
    public abstract ReadOnlySequence<byte> Content { get; }

    /// <summary>Whether this recipient is finished: delivered, or failed and reported.</summary>
    /// <param name="recipient">Position in <see cref="Envelope.Recipients"/>.</param>
    public abstract bool IsDone(int recipient);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the message back.</summary>
    /// <param name="disposing">Whether called from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
