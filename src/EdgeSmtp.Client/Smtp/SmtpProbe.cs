using System.Buffers;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>Asks a server whether it would take mail for one recipient: MAIL with the null reverse-path, RCPT, and no content.</summary>
internal sealed class SmtpProbe(ClientWire wire, ReplyReader replies, SmtpCapabilities offered, SmtpClientOptions options, MailPath forwardPath, bool resetFirst)
{
    private readonly long _repliesBefore = replies.Count;
    private ServerReply? _closing;

    /// <summary>Asks. Throws only when the caller gives up.</summary>
    public async ValueTask<SmtpVerifyResult> RunAsync()
    {
        if (!forwardPath.IsAscii && !offered.SmtpUtf8)
        {
            return new SmtpVerifyResult(new RecipientResult(RecipientOutcome.Permanent, LocalReplies.Utf8Address, IsLocal: true), null);
        }

        RecipientResult result = default;
        SmtpSendFailure? failure = null;
        try
        {
            result = offered.Pipelining && options.Pipelining ? await TogetherAsync() : await OneByOneAsync();
        }
        catch (WireException error)
        {
            failure = new SmtpSendFailure(error.Failure, null, error.Message, replies.Count == _repliesBefore);
        }

        if (_closing is not null) failure ??= new SmtpSendFailure(WireFailure.None, _closing, "the server is closing", false);
        return new SmtpVerifyResult(result, failure);
    }

    private async ValueTask<RecipientResult> TogetherAsync()
    {
        if (resetFirst) wire.Output.Write("RSET\r\n"u8);
        WriteMail();
        WriteRcpt();
        await wire.FlushAsync(options.Timeouts.DataBlock);
        if (resetFirst) await ReadAsync(options.Timeouts.Hello);
        ServerReply mail = await ReadAsync(options.Timeouts.Mail);
        if (_closing is not null) return Judge(mail, mail);
        return Judge(mail, await ReadAsync(options.Timeouts.Rcpt));
    }

    private async ValueTask<RecipientResult> OneByOneAsync()
    {
        if (resetFirst)
        {
            wire.Output.Write("RSET\r\n"u8);
            await wire.FlushAsync(options.Timeouts.DataBlock);
            await ReadAsync(options.Timeouts.Hello);
        }

        WriteMail();
        await wire.FlushAsync(options.Timeouts.DataBlock);
        ServerReply mail = await ReadAsync(options.Timeouts.Mail);
        if (!mail.IsSuccess) return Judge(mail, mail);
        WriteRcpt();
        await wire.FlushAsync(options.Timeouts.DataBlock);
        return Judge(mail, await ReadAsync(options.Timeouts.Rcpt));
    }

    private void WriteMail() => wire.Output.Write(forwardPath.IsAscii ? "MAIL FROM:<>\r\n"u8 : "MAIL FROM:<> SMTPUTF8\r\n"u8);

    private void WriteRcpt() => CommandWriter.Rcpt(new SmtpRecipient(forwardPath), smtpUtf8: !forwardPath.IsAscii, dsn: false, wire.Output);

    private async ValueTask<ServerReply> ReadAsync(TimeSpan timeout)
    {
        ServerReply reply = await replies.ReadAsync(timeout);
        if (reply.IsIntermediate) throw new WireException(WireFailure.OutOfStep, "the server answered an envelope command with 3xx");
        // RFC 5321 §3.8: 421 can answer any command, and the connection is over.
        if (reply.Code == 421) _closing = reply;
        return reply;
    }

    private static RecipientResult Judge(ServerReply mail, ServerReply rcpt)
    {
        // A refusal of the null reverse-path says nothing about the recipient, and is against RFC 5321 §4.5.5.
        if (!mail.IsSuccess) return new RecipientResult(RecipientOutcome.NotTried, mail);
        RecipientOutcome outcome = rcpt.IsSuccess ? RecipientOutcome.Accepted : rcpt.IsPermanent ? RecipientOutcome.Permanent : RecipientOutcome.Temporary;
        return new RecipientResult(outcome, rcpt);
    }
}
