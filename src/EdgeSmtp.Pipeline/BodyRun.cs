using System.Buffers;

namespace EdgeSmtp.Pipeline;

/// <summary>The body sinks of one message. Disposed without completion means: given up.</summary>
public sealed class BodyRun : IAsyncDisposable
{
    /// <summary>Whether a sink wants more. When none does, <see cref="WriteAsync"/> need not be called.</summary>
    public bool WantsMore => throw new NotImplementedException();

    /// <summary>Whether every recipient is refused already: the rest is drained, not staged.</summary>
    public bool AllRefused => throw new NotImplementedException();

    /// <summary>Sends a lent chunk to every sink that wants it; not advancing the pipe meanwhile is the back-pressure.</summary>
    /// <param name="chunk">Un-stuffed content, trace fields first.</param>
    public ValueTask WriteAsync(ReadOnlySequence<byte> chunk) => throw new NotImplementedException();

    /// <summary>Disposes the sinks.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
