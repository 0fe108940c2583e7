using System.Buffers;
using EdgeSmtp.Abstractions.Content;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Core.Storage;

/// <summary>A message between its first byte and its commit. One session owns it; disposing gives its memory back, the commit takes it over.</summary>
public abstract class StagedMessage : IMessageContent, IDisposable
{
    /// <inheritdoc />
    public abstract long Length { get; }

    /// <inheritdoc />
    public abstract int TraceLength { get; }

    /// <inheritdoc />
    public abstract ReadOnlySequence<byte> Bytes { get; }

    /// <summary>Puts our trace fields in front of the content; replaces what an earlier call put there. At any time before <see cref="Seal"/>.</summary>
    /// <param name="trace">Complete header fields with CRLF.</param>
    public abstract void SetTrace(ReadOnlySpan<byte> trace);

    /// <summary>Adds content.</summary>
    /// <param name="content">Un-stuffed bytes as they will be stored; copied.</param>
    /// <returns><c>false</c> when the budget is used up: the message is lost, drain and answer 452 4.3.1.</returns>
    public abstract bool TryAppend(ReadOnlySpan<byte> content);

    /// <summary>No more content comes; reading may begin.</summary>
    public abstract void Seal();

    /// <summary>Says that its commit is not near, since filters wait for something: whoever commits now does not wait for this message to share the sync.</summary>
    public virtual void Tarry()
    {
    }

    /// <inheritdoc />
    public abstract Stream OpenStream();

    /// <inheritdoc />
    public abstract SafeFileHandle OpenDescriptor();

    /// <inheritdoc />
    public abstract ValueTask<string> GetPathAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives memory, descriptor and path back. Idempotent.</summary>
    /// <param name="disposing">Whether called from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
