using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Qmtp;

namespace EdgeSmtp.Filters.Exec;

/// <summary>The envelope as qmail-queue reads it: <c>F</c> and the sender, <c>T</c> and each recipient, each ended by NUL, and one more NUL.</summary>
/// <param name="ReversePath">The sender.</param>
/// <param name="Recipients">The recipients; at least one.</param>
internal sealed record QmailEnvelope(MailPath ReversePath, IReadOnlyList<MailPath> Recipients)
{
    /// <summary>qmail-queue gives up with code 11 above it.</summary>
    private const int AddressBytesMax = 1_002;

    public static byte[] Write(Transaction transaction)
    {
        ArrayBufferWriter<byte> output = new(256);
        Write('F', transaction.ReversePath, output);
        foreach (Recipient recipient in transaction.Recipients)
        {
            Write('T', recipient.ForwardPath, output);
        }

        output.Write("\0"u8);
        return output.WrittenSpan.ToArray();
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, int recipientsMax, [NotNullWhen(true)] out QmailEnvelope? envelope)
    {
        envelope = null;
        if (!TryTake('F', ref bytes, out MailPath reversePath))
        {
            return false;
        }

        List<MailPath> recipients = [];
        while (bytes is not [0])
        {
            if (recipients.Count == recipientsMax || !TryTake('T', ref bytes, out MailPath recipient) || recipient.IsNull)
            {
                return false;
            }

            recipients.Add(recipient);
        }

        // qmail-queue would take a message for nobody, and it would be gone.
        envelope = recipients.Count > 0 ? new QmailEnvelope(reversePath, recipients) : null;
        return envelope is not null;
    }

    private static void Write(char kind, MailPath path, ArrayBufferWriter<byte> output)
    {
        output.Write([(byte)kind]);
        output.Write(QmtpAddress.ToWire(path));
        output.Write("\0"u8);
    }

    private static bool TryTake(char kind, ref ReadOnlySpan<byte> bytes, out MailPath path)
    {
        path = MailPath.Null;
        int end = bytes.IndexOf((byte)0);
        if (end < 1 || bytes[0] != kind || end - 1 > AddressBytesMax)
        {
            return false;
        }

        ReadOnlySpan<byte> address = bytes[1..end];
        bytes = bytes[(end + 1)..];
        return QmtpAddress.TryParse(address, out path) == PathError.None;
    }
}
