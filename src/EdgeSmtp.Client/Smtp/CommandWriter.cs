using System.Buffers;
using System.Buffers.Text;
using System.Text;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>Writes the commands of a transaction.</summary>
internal static class CommandWriter
{
    /// <summary>MAIL with the parameters that the server knows (RFC 5321 §4.1.1.2).</summary>
    public static void Mail(SmtpTransaction transaction, TransactionPlan plan, SmtpCapabilities offered, IBufferWriter<byte> output)
    {
        output.Write("MAIL FROM:<"u8);
        Path(transaction.ReversePath, plan.SmtpUtf8, output);
        output.Write(">"u8);
        if (offered.Size)
        {
            // RFC 1870 §5: octets with CRLF, before dot-stuffing: the length of what is stored.
            output.Write(" SIZE="u8);
            Number(transaction.Content.Length, output);
        }

        if (plan.Body != BodyType.SevenBit) output.Write(plan.Body == BodyType.BinaryMime ? " BODY=BINARYMIME"u8 : " BODY=8BITMIME"u8);
        if (plan.SmtpUtf8) output.Write(" SMTPUTF8"u8);
        if (offered.Dsn) MailDsn(transaction, output);
        output.Write("\r\n"u8);
    }

    /// <summary>RCPT with the parameters that the server knows (RFC 5321 §4.1.1.3).</summary>
    public static void Rcpt(in SmtpRecipient recipient, bool smtpUtf8, bool dsn, IBufferWriter<byte> output)
    {
        output.Write("RCPT TO:<"u8);
        Path(recipient.ForwardPath, smtpUtf8, output);
        output.Write(">"u8);
        if (dsn) RcptDsn(recipient, smtpUtf8, output);
        output.Write("\r\n"u8);
    }

    /// <summary>BDAT (RFC 3030 §2); the content follows.</summary>
    public static void Chunk(long bytes, bool last, IBufferWriter<byte> output)
    {
        output.Write("BDAT "u8);
        Number(bytes, output);
        output.Write(last ? " LAST\r\n"u8 : "\r\n"u8);
    }

    private static void Path(MailPath path, bool smtpUtf8, IBufferWriter<byte> output)
    {
        if (smtpUtf8 || path.IsAscii)
        {
            output.Write(path.Bytes.Span);
            return;
        }

        output.Write(path.LocalPart);
        output.Write("@"u8);
        Encoding.ASCII.GetBytes(path.DomainALabel, output);
    }

    /// <summary>RFC 3461 §5.2.1: the parameters are passed on as they were received.</summary>
    private static void MailDsn(SmtpTransaction transaction, IBufferWriter<byte> output)
    {
        if (transaction.Return != DsnReturn.Unspecified) output.Write(transaction.Return == DsnReturn.Full ? " RET=FULL"u8 : " RET=HDRS"u8);
        if (transaction.EnvelopeId is not { Length: > 0 } id || !IsParameter(id)) return;
        output.Write(" ENVID="u8);
        Encoding.ASCII.GetBytes(id, output);
    }

    private static void RcptDsn(in SmtpRecipient recipient, bool smtpUtf8, IBufferWriter<byte> output)
    {
        if (recipient.Notify != DsnNotify.Unspecified)
        {
            output.Write(" NOTIFY="u8);
            Notify(recipient.Notify, output);
        }

        if (recipient.OriginalRecipient is not { Length: > 0 } original) return;
        string value = smtpUtf8 ? original : Utf8AddressXtext.Encode(original);
        if (!IsParameter(value) && !smtpUtf8) return;
        output.Write(" ORCPT="u8);
        Encoding.UTF8.GetBytes(value, output);
    }

    private static void Notify(DsnNotify notify, IBufferWriter<byte> output)
    {
        if (notify.HasFlag(DsnNotify.Never))
        {
            output.Write("NEVER"u8);
            return;
        }

        bool more = false;
        One(notify, DsnNotify.Success, "SUCCESS"u8, ref more, output);
        One(notify, DsnNotify.Failure, "FAILURE"u8, ref more, output);
        One(notify, DsnNotify.Delay, "DELAY"u8, ref more, output);
    }

    private static void One(DsnNotify all, DsnNotify one, ReadOnlySpan<byte> word, ref bool more, IBufferWriter<byte> output)
    {
        if (!all.HasFlag(one)) return;
        if (more) output.Write(","u8);
        output.Write(word);
        more = true;
    }

    /// <summary>RFC 5321 §4.1.2 (esmtp-value): no space, no control. The parsers see to it; this is the last door.</summary>
    private static bool IsParameter(string value) => !value.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static void Number(long value, IBufferWriter<byte> output)
    {
        Span<byte> target = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, target, out int written);
        output.Advance(written);
    }
}
