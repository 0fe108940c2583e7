using System.Buffers;
using System.Net;

namespace EdgeSmtp.Filters.Rspamd.Http;

/// <summary>The staged message as the body of a request, sent from where it lies.</summary>
/// <param name="message">The message.</param>
internal sealed class StagedContent(ReadOnlySequence<byte> message) : HttpContent
{
    private Task _sending = Task.CompletedTask;

    /// <summary>Ends when nothing reads the message any more.</summary>
    public Task Ended => _sending;

    /// <inheritdoc />
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => _sending = SendAsync(stream, cancellationToken);

    /// <inheritdoc />
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _sending = SendAsync(stream, CancellationToken.None);

    /// <inheritdoc />
    protected override bool TryComputeLength(out long length)
    {
        length = message.Length;
        return true;
    }

    private async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> block in message)
        {
            await stream.WriteAsync(block, cancellationToken).ConfigureAwait(false);
        }
    }
}
