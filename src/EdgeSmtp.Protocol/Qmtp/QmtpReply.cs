using System.Buffers;
using System.Text;
using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>A reply of QMTP or QMQP: a netstring of one letter and text.</summary>
/// <param name="Kind">The letter.</param>
/// <param name="Text">What is told to a person.</param>
public sealed record QmtpReply(QmtpReplyKind Kind, string Text)
{
    /// <summary>Longest text written and read, in bytes.</summary>
    public const int TextBytesMax = 4096;

    /// <summary>The reply that says what an SMTP reply says, the enhanced code behind the text as qmail writes it: <c>text (#5.1.1)</c>.</summary>
    public static QmtpReply FromSmtp(SmtpReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        QmtpReplyKind kind = reply.IsPositive ? QmtpReplyKind.Accepted : reply.IsTransient ? QmtpReplyKind.Temporary : QmtpReplyKind.Permanent;
        string text = reply.Text.Replace('\n', ' ');
        return new QmtpReply(kind, reply.IsPositive || reply.EnhancedCode.Length == 0 ? text : $"{text} (#{reply.EnhancedCode})");
    }

    /// <summary>Reads a whole reply.</summary>
    /// <param name="input">Bytes from the server.</param>
    /// <param name="reply">The reply, when the status is <see cref="NetstringStatus.Complete"/>; control characters in its text have become spaces.</param>
    /// <param name="consumed">Bytes used; 0 unless complete.</param>
    /// <returns>The netstring's status; an empty string or another letter is <see cref="NetstringStatus.BadLength"/>: the server is out of step.</returns>
    public static NetstringStatus TryRead(ReadOnlySpan<byte> input, out QmtpReply? reply, out int consumed)
    {
        reply = null;
        NetstringStatus status = Netstring.TryRead(input, TextBytesMax + 1, out ReadOnlySpan<byte> payload, out consumed);
        if (status != NetstringStatus.Complete) return status;
        if (payload.IsEmpty || payload[0] is not ((byte)'K' or (byte)'Z' or (byte)'D'))
        {
            consumed = 0;
            return NetstringStatus.BadLength;
        }

        reply = new QmtpReply((QmtpReplyKind)payload[0], PrintableText.WithoutControls(Encoding.UTF8.GetString(payload[1..])));
        return NetstringStatus.Complete;
    }

    /// <summary>Writes the reply; its text is made printable ASCII and cut at <see cref="TextBytesMax"/>.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        string text = PrintableText.AsciiLines(Text.Length > TextBytesMax ? Text[..TextBytesMax] : Text);
        Netstring.WriteLength(text.Length + 1, output);
        Span<byte> target = output.GetSpan(text.Length + 2);
        target[0] = (byte)Kind;
        int written = Encoding.ASCII.GetBytes(text, target[1..]);
        target[..(written + 1)].Replace((byte)'\n', (byte)' ');
        target[written + 1] = (byte)',';
        output.Advance(written + 2);
    }
}
