using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Toolkit.Net;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>
/// Talks to one clamd (clamd(8)): one command for each connection, ended by NUL both ways. A session of several commands would save a connect of 50 µs and answer out of
/// order, and refuses a descriptor that does not come alone.
/// </summary>
/// <param name="address">Where it listens.</param>
/// <param name="time">The clock.</param>
internal sealed class ClamdClient(BackendAddress address, TimeProvider time)
{
    private const int AnswerBytesMax = 4096;
    private const int LengthBytes = sizeof(uint);

    // A usual message is one write.
    private const int ChunkBytes = 64 * 1024;

    private static readonly byte[] ScanDescriptor = "zFILDES\0"u8.ToArray();

    public BackendAddress Address => address;

    /// <summary>Says PING, and whether PONG came.</summary>
    public async ValueTask<bool> PingAsync(CancellationToken cancellationToken) => await AskAsync("zPING\0", cancellationToken).ConfigureAwait(false) == "PONG";

    /// <summary>Program and signatures, such as <c>ClamAV 1.4.6/27123/Mon Jan  5 09:00:00 2026</c>.</summary>
    public ValueTask<string> VersionAsync(CancellationToken cancellationToken) => AskAsync("zVERSION\0", cancellationToken);

    /// <summary>SCAN.</summary>
    public async ValueTask<ClamdReply> ScanPathAsync(string path, CancellationToken cancellationToken)
    {
        using Socket socket = await address.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await SendAllAsync(socket, Encoding.UTF8.GetBytes($"zSCAN {path}\0"), cancellationToken).ConfigureAwait(false);
        return await ReadReplyAsync(socket, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>FILDES. clamd may read the file until this ends.</summary>
    public async ValueTask<ClamdReply> ScanDescriptorAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        using Socket socket = await address.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await SendAllAsync(socket, ScanDescriptor, cancellationToken).ConfigureAwait(false);
        await DescriptorPassing.SendAsync(socket, file, time, cancellationToken).ConfigureAwait(false);
        return await ReadReplyAsync(socket, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>INSTREAM.</summary>
    public async ValueTask<ClamdReply> ScanStreamAsync(IMessageContent content, CancellationToken cancellationToken)
    {
        using Socket socket = await address.ConnectAsync(cancellationToken).ConfigureAwait(false);

        // Beyond StreamMaxLength clamd answers and closes while we still write: its answer is read beside, and counts more than that we could not write.
        Task<ClamdReply> reply = ReadReplyAsync(socket, cancellationToken).AsTask();
        try
        {
            await SendStreamAsync(socket, content, reply, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // Why it does not take more is in the reply, or the reply fails too.
        }
        catch (OperationCanceledException)
        {
            await ((Task)reply).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await reply.ConfigureAwait(false);
    }

    private static async ValueTask SendStreamAsync(Socket socket, IMessageContent content, Task reply, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int used = Append(buffer, 0, "zINSTREAM\0"u8);
            for (ReadOnlySequence<byte> rest = content.Bytes; !rest.IsEmpty;)
            {
                int count = (int)Math.Min(rest.Length, ChunkBytes - used - (2 * LengthBytes));
                BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(used), (uint)count);
                used += LengthBytes;
                rest.Slice(0, count).CopyTo(buffer.AsSpan(used));
                used += count;
                rest = rest.Slice(count);
                if (rest.IsEmpty)
                {
                    break;
                }

                await SendAllAsync(socket, buffer.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
                used = 0;
                if (reply.IsCompleted)
                {
                    return;
                }
            }

            buffer.AsSpan(used, LengthBytes).Clear();
            await SendAllAsync(socket, buffer.AsMemory(0, used + LengthBytes), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Append(byte[] buffer, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(at));
        return at + bytes.Length;
    }

    private static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }

    private static async ValueTask<ClamdReply> ReadReplyAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(AnswerBytesMax);
        try
        {
            int length = await ReadAnswerAsync(socket, buffer, cancellationToken).ConfigureAwait(false);
            return ClamdReply.Parse(buffer.AsSpan(0, length)) ?? throw new InvalidDataException($"no answer of a clamd: '{ClamdReply.Printable(buffer.AsSpan(0, length))}'");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>Length of the answer in the buffer, without its NUL. An answer that the other end cut off is none.</returns>
    private static async ValueTask<int> ReadAnswerAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        int length = 0;
        while (length < AnswerBytesMax)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length, AnswerBytesMax - length), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException(length == 0 ? "clamd closed without an answer" : "clamd closed within its answer");
            }

            int end = buffer.AsSpan(length, read).IndexOf((byte)0);
            if (end >= 0)
            {
                return length + end;
            }

            length += read;
        }

        throw new InvalidDataException("clamd answers without an end");
    }

    private async ValueTask<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        using Socket socket = await address.ConnectAsync(cancellationToken).ConfigureAwait(false);
        await SendAllAsync(socket, Encoding.ASCII.GetBytes(command), cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[AnswerBytesMax];
        return ClamdReply.Printable(buffer.AsSpan(0, await ReadAnswerAsync(socket, buffer, cancellationToken).ConfigureAwait(false)));
    }
}
