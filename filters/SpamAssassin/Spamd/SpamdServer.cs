using System.Buffers;
using System.IO.Compression;
using System.Net.Sockets;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Filters.SpamAssassin.Spamd;

/// <summary>One spamd. A connection carries one question: spamd closes it after its answer.</summary>
/// <param name="address">Where it listens.</param>
internal sealed class SpamdServer(BackendAddress address)
{
    private const int FirstBufferBytes = 4 * 1024;

    /// <summary>Asks it.</summary>
    /// <exception cref="SocketException">It cannot be reached, or went away.</exception>
    /// <exception cref="IOException">It hung up before it had the message.</exception>
    /// <exception cref="InvalidDataException">What it says is no reply.</exception>
    public async ValueTask<SpamdReply> AskAsync(SpamdRequest request, CancellationToken cancellationToken)
    {
        using Socket socket = await address.ConnectAsync(cancellationToken).ConfigureAwait(false);
        SocketException? broken = null;
        try
        {
            await SendAsync(socket, request, cancellationToken).ConfigureAwait(false);

            // A compressed message ends for spamd where the connection does.
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException exception)
        {
            // It may have said why before it hung up on us.
            broken = exception;
        }

        try
        {
            return await ReadAsync(socket, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (broken is not null && exception is SocketException or InvalidDataException)
        {
            throw new IOException($"it hung up while the message was sent: {broken!.Message}", broken);
        }
    }

    private static async ValueTask SendAsync(Socket socket, SpamdRequest request, CancellationToken cancellationToken)
    {
        if (request.Compress)
        {
            using MemoryStream compressed = await CompressAsync(request, cancellationToken).ConfigureAwait(false);
            await SendAllAsync(socket, request.Head(compressed.Length), cancellationToken).ConfigureAwait(false);
            await SendAllAsync(socket, compressed.GetBuffer().AsMemory(0, (int)compressed.Length), cancellationToken).ConfigureAwait(false);
            return;
        }

        byte[] head = [.. request.Head(request.Preamble.Length + request.Message.Length), .. request.Preamble.Span];
        await SendAllAsync(socket, head, cancellationToken).ConfigureAwait(false);
        foreach (ReadOnlyMemory<byte> block in request.Message)
        {
            await SendAllAsync(socket, block, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<MemoryStream> CompressAsync(SpamdRequest request, CancellationToken cancellationToken)
    {
        MemoryStream compressed = new();
        await using ZLibStream coder = new(compressed, CompressionLevel.Fastest, leaveOpen: true);
        await coder.WriteAsync(request.Preamble, cancellationToken).ConfigureAwait(false);
        foreach (ReadOnlyMemory<byte> block in request.Message)
        {
            await coder.WriteAsync(block, cancellationToken).ConfigureAwait(false);
        }

        return compressed;
    }

    private static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
        }
    }

    private static async ValueTask<SpamdReply> ReadAsync(Socket socket, SpamdRequest request, CancellationToken cancellationToken)
    {
        SpamdReplyParser parser = new(request.AnswerBytesMax);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        int length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                int received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += received;
                switch (parser.Parse(buffer.AsSpan(0, length), isEnd: received == 0, out SpamdReply? reply))
                {
                    case SpamdReplyStatus.Complete:
                        return reply!;
                    case SpamdReplyStatus.Invalid:
                        throw new InvalidDataException(length == 0 ? "it closed the connection without an answer" : "what it answers is no reply of spamd");
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
