using System.Buffers;
using System.IO.Pipelines;

namespace EdgeSmtp.Core.Tls;

/// <summary>A stream over a pair of pipes, for SslStream. Asynchronous only. A read into an empty buffer waits for data and takes none, so that an idle session holds no buffer.</summary>
/// <param name="input">What the peer sends.</param>
/// <param name="output">What goes to the peer.</param>
internal sealed class DuplexPipeStream(PipeReader input, PipeWriter output) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> available = result.Buffer;
            if (result.IsCanceled)
            {
                input.AdvanceTo(available.Start);
                throw new OperationCanceledException("The read was cancelled.");
            }

            if (!available.IsEmpty)
            {
                int taken = (int)Math.Min(available.Length, buffer.Length);
                available.Slice(0, taken).CopyTo(buffer.Span);
                // Nothing beyond what was taken counts as examined, so that the next read returns at once while there is more.
                input.AdvanceTo(available.GetPosition(taken));
                return taken;
            }

            input.AdvanceTo(available.End);
            if (result.IsCompleted)
            {
                return 0;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        FlushResult result = await output.WriteAsync(buffer, cancellationToken);
        if (result.IsCanceled || result.IsCompleted)
        {
            throw new IOException("The peer has closed the connection.");
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
