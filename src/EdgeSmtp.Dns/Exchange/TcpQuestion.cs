using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EdgeSmtp.Dns.Wire;

namespace EdgeSmtp.Dns.Exchange;

/// <summary>Asks over TCP what did not fit a datagram (RFC 7766 §5). A connection for each question: it is rare.</summary>
internal static class TcpQuestion
{
    private const int PrefixLength = 2;

    /// <summary>Asks one question. Never throws for what the network does.</summary>
    /// <param name="server">The server.</param>
    /// <param name="question">The question.</param>
    /// <param name="dnssecOk">Whether DO is set.</param>
    /// <param name="timeout">How long the server has.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<ServerReply> AskAsync(IPEndPoint server, DnsKey question, bool dnssecOk, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(server, deadline.Token).ConfigureAwait(false);
            ushort id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
            byte[] asked = new byte[PrefixLength + WireQuestion.LengthMax];
            int length = WireQuestion.Write(asked.AsSpan(PrefixLength), id, question, dnssecOk);
            BinaryPrimitives.WriteUInt16BigEndian(asked, (ushort)length);
            await SendAsync(socket, asked.AsMemory(0, PrefixLength + length), deadline.Token).ConfigureAwait(false);

            byte[] prefix = new byte[PrefixLength];
            byte[]? message = await TryFillAsync(socket, prefix, deadline.Token).ConfigureAwait(false) ? new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)] : null;
            bool isWhole = message is not null && await TryFillAsync(socket, message, deadline.Token).ConfigureAwait(false);
            return isWhole && WireMessage.IsReplyTo(message, id, question) ? new ServerReply(ReplyFailure.None, message) : new ServerReply(ReplyFailure.Garbage);
        }
        catch (OperationCanceledException)
        {
            return new ServerReply(ReplyFailure.TimedOut);
        }
        catch (SocketException)
        {
            return new ServerReply(ReplyFailure.Network);
        }
    }

    private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        while (!octets.IsEmpty)
        {
            octets = octets[await socket.SendAsync(octets, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }

    private static async ValueTask<bool> TryFillAsync(Socket socket, Memory<byte> octets, CancellationToken cancellationToken)
    {
        while (!octets.IsEmpty)
        {
            int read = await socket.ReceiveAsync(octets, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            octets = octets[read..];
        }

        return true;
    }
}
