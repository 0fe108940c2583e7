using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Writes the Received field of a message (RFC 5321 §4.4). Nothing in it comes from the client unchecked.</summary>
internal static class ReceivedField
{
    /// <summary>Writes the complete field with CRLF.</summary>
    /// <param name="transaction">The transaction, with its recipients.</param>
    /// <param name="hostname">Our name.</param>
    /// <param name="now">The time.</param>
    /// <param name="output">Takes the bytes.</param>
    public static void Write(MailTransaction transaction, string hostname, DateTimeOffset now, IBufferWriter<byte> output)
    {
        Session session = transaction.Session;
        string client = AddressLiteral.Format(session.Client.Address);
        string from = ((InboundSession)session).HelloTraceName is { } hello ? Ascii(hello) : client;
        string name = session.ClientName ?? "unknown";
        string with = WithKeyword(session, transaction.SmtpUtf8);
        string date = now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
        Put(output, $"Received: from {from} ({name} {client})\r\n");
        Put(output, session.Tls is { } tls
            ? $"\tby {hostname} with {with} ({Ascii(tls.Protocol)} {Ascii(tls.CipherSuite)})\r\n\tid {transaction.Id}"
            : $"\tby {hostname} with {with} id {transaction.Id}");
        // RFC 5321 §7.6: for a single recipient only, so that nobody learns of the others.
        if (transaction.Recipients is [{ ForwardPath: { IsAscii: true } path }])
        {
            Put(output, "\r\n\tfor <");
            output.Write(path.Bytes.Span);
            Put(output, ">");
        }

        Put(output, $"; {date}\r\n");
    }

    /// <summary>RFC 3848 and RFC 6531 §4.3; QMTP and QMQP are Bernstein's own.</summary>
    private static string WithKeyword(Session session, bool smtpUtf8) => session.Protocol switch
    {
        SessionProtocol.Qmtp => "QMTP",
        SessionProtocol.Qmqp => "QMQP",
        _ when session.HelloKind != HelloKind.Ehlo => "SMTP",
        _ when smtpUtf8 => session.IsTls ? "UTF8SMTPS" : "UTF8SMTP",
        _ => session.IsTls ? "ESMTPS" : "ESMTP",
    };

    /// <summary>A header that is ASCII otherwise stays so, or the message would need SMTPUTF8 to be sent on.</summary>
    private static string Ascii(string text) => System.Text.Ascii.IsValid(text)
        ? text
        : string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                target[i] = source[i] is > ' ' and < '\x7f' ? source[i] : '?';
            }
        });

    private static void Put(IBufferWriter<byte> output, string text) => Encoding.ASCII.GetBytes(text, output);
}
