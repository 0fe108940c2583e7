using System.Buffers;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>Writes a QMTP package as a client: the start, then the content, then the envelope.</summary>
public static class QmtpPackageWriter
{
    /// <summary>Writes what stands in front of the content.</summary>
    /// <param name="contentBytes">Bytes of content that the caller writes next.</param>
    /// <param name="coding">How its lines end: the first byte says so.</param>
    /// <param name="output">Where it goes.</param>
    public static void WriteStart(long contentBytes, ContentCoding coding, IBufferWriter<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contentBytes);
        Netstring.WriteLength(contentBytes + 1, output);
        output.Write(coding == ContentCoding.Lf ? "\n"u8 : "\r"u8);
    }

    /// <summary>Writes what stands behind the content: its comma, the sender and the recipients. One reply for each recipient will come, in this order.</summary>
    /// <param name="sender">The reverse-path.</param>
    /// <param name="recipients">The forward-paths.</param>
    /// <param name="output">Where it goes.</param>
    public static void WriteEnvelope(MailPath sender, IReadOnlyList<MailPath> recipients, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(recipients);
        output.Write(","u8);
        Netstring.Write(QmtpAddress.ToWire(sender), output);
        long length = 0;
        for (int i = 0; i < recipients.Count; i++) length += Netstring.EncodedLength(QmtpAddress.ToWire(recipients[i]).Length);
        Netstring.WriteLength(length, output);
        for (int i = 0; i < recipients.Count; i++) Netstring.Write(QmtpAddress.ToWire(recipients[i]), output);
        output.Write(","u8);
    }
}
