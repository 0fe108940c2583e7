using System.Buffers;
using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>One transaction on one connection: envelope, content, results.</summary>
internal sealed class SmtpExchange(ClientWire wire, ReplyReader replies, SmtpCapabilities offered, SmtpClientOptions options, SmtpTransaction transaction, bool resetFirst)
{
    private readonly TransactionPlan _plan = TransactionPlan.Create(transaction, offered, options);
    private readonly long _repliesBefore = replies.Count;
    private readonly int _lead = resetFirst ? 1 : 0;
    private List<int>? _accepted;
    private ServerReply? _mailRefusal;
    private ServerReply? _contentInvitation;
    private ServerReply? _closing;
    private int _rcptCount;
    private bool _tooMany;
    private bool _contentAsked;
    private bool _ambiguous;
    private bool _broken;

    /// <summary>Whether the transaction ended by itself on the server; otherwise RSET must come before the next.</summary>
    public bool EndedClean { get; private set; }

    private bool Pipelined => offered.Pipelining && options.Pipelining;

    /// <summary>Whether DATA, or a small message in one chunk, goes behind the last RCPT; a large one is not sent before it is known that somebody takes it.</summary>
    private bool ContentRides => Pipelined && (!_plan.Chunks || transaction.Content.Length <= options.PipelineContentBytesMax);

    /// <summary>Runs it. Throws only when the caller gives up.</summary>
    public async ValueTask<SmtpSendResult> RunAsync()
    {
        _rcptCount = _plan.Open.Count;
        if (_rcptCount == 0)
        {
            EndedClean = !resetFirst;
            return new SmtpSendResult(_plan.Results, offered.Dsn, null);
        }

        SmtpSendFailure? failure = null;
        try
        {
            await EnvelopeAsync();
            if (_closing is null && (_mailRefusal is null || _contentInvitation is { IsIntermediate: true })) await ContentAsync();
        }
        catch (WireException error)
        {
            bool first = replies.Count == _repliesBefore;
            failure = new SmtpSendFailure(error.Failure, null, error.Message, first);
            // The final dot or chunk may have been understood: another host now would make a duplicate, so this waits for the next attempt.
            if (_ambiguous) Decide(new ServerReply(451, "4.4.2", [$"{error.Message} after the content was sent"]), isLocal: true);
        }

        if (_closing is not null) failure ??= new SmtpSendFailure(WireFailure.None, _closing, "the server is closing", false);
        else if (_broken) failure ??= new SmtpSendFailure(WireFailure.Closed, null, "the server closed the connection", false);
        return new SmtpSendResult(_plan.Results, offered.Dsn, failure);
    }

    /// <summary>RSET, MAIL, all RCPT, and DATA or a small chunk behind them, in windows whose replies are read before the next is sent (RFC 2920 §3.1).</summary>
    private async ValueTask EnvelopeAsync()
    {
        int window = Pipelined ? options.PipelineCommandsMax : 1;
        int written = 0, read = 0;
        while (written < Total())
        {
            while (written < Total() && written - read < window) Write(written++);
            await wire.FlushAsync(options.Timeouts.DataBlock);
            for (; read < written; read++)
            {
                ServerReply reply = await replies.ReadAsync(TimeoutOf(read));
                Take(read, reply);
                if (_closing is not null) return;
            }

            if (_mailRefusal is not null) return;
            if (_tooMany) CutOff(written - _lead - 1);
        }
    }

    private int Total() => _lead + 1 + _rcptCount + (ContentRides ? 1 : 0);

    private void Write(int command)
    {
        int rcpt = command - _lead - 1;
        if (command < _lead) wire.Output.Write("RSET\r\n"u8);
        else if (rcpt < 0) CommandWriter.Mail(transaction, _plan, offered, wire.Output);
        else if (rcpt < _rcptCount) CommandWriter.Rcpt(transaction.Recipients[_plan.Open[rcpt]], _plan.SmtpUtf8, offered.Dsn, wire.Output);
        else AskForContent();
    }

    private void AskForContent()
    {
        _contentAsked = true;
        if (!_plan.Chunks)
        {
            wire.Output.Write("DATA\r\n"u8);
            return;
        }

        CommandWriter.Chunk(transaction.Content.Length, last: true, wire.Output);
        // From the flush on the server may have all of it, whatever the envelope still waits for.
        _ambiguous = true;
        foreach (ReadOnlyMemory<byte> segment in transaction.Content) wire.Output.Write(segment.Span);
    }

    private TimeSpan TimeoutOf(int command)
    {
        int rcpt = command - _lead - 1;
        if (command < _lead) return options.Timeouts.Hello;
        if (rcpt < 0) return options.Timeouts.Mail;
        if (rcpt < _rcptCount) return options.Timeouts.Rcpt;
        return _plan.Chunks ? options.Timeouts.DataTermination : options.Timeouts.DataInitiation;
    }

    private void Take(int command, ServerReply reply)
    {
        int rcpt = command - _lead - 1;
        if (rcpt >= 0 && rcpt < _rcptCount)
        {
            TakeRcpt(_plan.Open[rcpt], reply);
        }
        else if (rcpt >= _rcptCount)
        {
            _contentInvitation = reply;
        }
        else if (command >= _lead && !reply.IsSuccess)
        {
            if (reply.IsIntermediate) throw new WireException(WireFailure.OutOfStep, "the server answered MAIL with 3xx");
            _mailRefusal = reply;
            if (reply.Code != 421) Decide(_plan.Open, reply, isLocal: false);
        }

        // RFC 5321 §3.8: 421 can answer any command, and the connection is over.
        if (reply.Code == 421) _closing = reply;
    }

    private void TakeRcpt(int recipient, ServerReply reply)
    {
        if (_mailRefusal is not null) return;
        if (reply.IsSuccess)
        {
            (_accepted ??= []).Add(recipient);
            return;
        }

        if (reply.IsIntermediate) throw new WireException(WireFailure.OutOfStep, "the server answered RCPT with 3xx");
        bool tooMany = _accepted is not null && IsTooMany(reply);
        _tooMany |= tooMany;
        _plan.Results[recipient] = new RecipientResult(tooMany ? RecipientOutcome.TooMany : Outcome(reply), reply);
    }

    /// <summary>RFC 5321 §4.5.3.1.10: 452 behind accepted recipients ends the list, not the recipient; an old server's 552 means the same.</summary>
    private static bool IsTooMany(ServerReply reply) => reply.Code == 452 || (reply.Code == 552 && reply.EnhancedCode is "" or "5.5.3");

    /// <summary>The recipients behind a 452 are not asked for one by one.</summary>
    private void CutOff(int rcptsSent)
    {
        if (rcptsSent >= _rcptCount) return;
        for (int i = rcptsSent; i < _rcptCount; i++) _plan.Results[_plan.Open[i]] = new RecipientResult(RecipientOutcome.TooMany, null);
        _rcptCount = rcptsSent;
    }

    private async ValueTask ContentAsync()
    {
        if (!_contentAsked)
        {
            if (_accepted is null) return;
            if (_plan.Chunks)
            {
                await ChunksAsync();
                return;
            }

            wire.Output.Write("DATA\r\n"u8);
            await wire.FlushAsync(options.Timeouts.DataBlock);
            _contentInvitation = await replies.ReadAsync(options.Timeouts.DataInitiation);
            if (_contentInvitation.Code == 421) _closing = _contentInvitation;
        }

        ServerReply reply = _contentInvitation!;
        if (_plan.Chunks)
        {
            await EndAsync(reply);
        }
        else if (reply.IsIntermediate)
        {
            await DataAsync();
        }
        else if (_closing is null && _accepted is not null)
        {
            if (reply.IsSuccess) throw new WireException(WireFailure.OutOfStep, "the server answered DATA with 2xx");
            Decide(reply, isLocal: false);
        }
    }

    private async ValueTask DataAsync()
    {
        if (_accepted is null)
        {
            // RFC 2033 §4.2: an LMTP server must refuse DATA then, and would send no reply to the dot.
            if (options.Protocol == ClientProtocol.Lmtp) throw new WireException(WireFailure.OutOfStep, "the server asked for content without a recipient");
            // RFC 2920 §3.1: 354 although nobody was accepted; an empty message ends it and goes nowhere.
            wire.Output.Write(".\r\n"u8);
            await wire.FlushAsync(options.Timeouts.DataBlock);
            _ = await replies.ReadAsync(options.Timeouts.DataTermination);
            EndedClean = true;
            return;
        }

        DotStuffer stuffer = default;
        ReadOnlySequence<byte> rest = transaction.Content;
        while (true)
        {
            SequencePosition next = stuffer.Write(rest, options.PipelineContentBytesMax, wire.Output);
            rest = rest.Slice(next);
            if (rest.IsEmpty) break;
            if (!await SendContentAsync(default)) return;
        }

        stuffer.Finish(wire.Output);
        _ambiguous = true;
        if (await SendContentAsync(default)) await EndAsync(await replies.ReadAsync(options.Timeouts.DataTermination));
    }

    private async ValueTask ChunksAsync()
    {
        ReadOnlySequence<byte> rest = transaction.Content;
        while (true)
        {
            long size = Math.Min(rest.Length, options.ChunkBytesMax);
            bool last = size == rest.Length;
            CommandWriter.Chunk(size, last, wire.Output);
            await wire.FlushAsync(options.Timeouts.DataBlock);
            _ambiguous = last;
            foreach (ReadOnlyMemory<byte> segment in rest.Slice(0, size))
                if (!await SendContentAsync(segment)) return;

            ServerReply reply = await replies.ReadAsync(options.Timeouts.DataTermination);
            if (last || !reply.IsSuccess)
            {
                await EndAsync(reply);
                return;
            }

            rest = rest.Slice(size);
        }
    }

    /// <summary>Sends content. A server that refuses in the middle says so before it closes, which tells more than the broken connection.</summary>
    private async ValueTask<bool> SendContentAsync(ReadOnlyMemory<byte> segment)
    {
        try
        {
            if (segment.IsEmpty) await wire.FlushAsync(options.Timeouts.DataBlock);
            else await wire.SendAsync(segment, options.Timeouts.DataBlock);
            return true;
        }
        catch (WireException error) when (error.Failure == WireFailure.Closed)
        {
            _broken = true;
            ServerReply reply = await replies.ReadAsync(options.Timeouts.Quit);
            if (reply.Code < 400) throw;
            Decide(reply, isLocal: false);
            return false;
        }
    }

    /// <summary>The reply behind the content; with LMTP one for each accepted recipient (RFC 2033 §4.2).</summary>
    private async ValueTask EndAsync(ServerReply reply)
    {
        if (reply.IsIntermediate) throw new WireException(WireFailure.OutOfStep, "the server answered the content with 3xx");
        if (reply.Code == 421) _closing = reply;
        // RFC 5321 §4.1.1.4: the end of data empties the envelope whatever the reply; RFC 3030 §2 says so of BDAT only for success.
        EndedClean = !_plan.Chunks || reply.IsSuccess;
        if (options.Protocol == ClientProtocol.Smtp || _accepted is null)
        {
            Decide(reply, isLocal: false);
            _ambiguous = false;
            return;
        }

        List<int> accepted = _accepted;
        for (int i = 0; i < accepted.Count; i++)
        {
            if (i > 0) reply = await replies.ReadAsync(options.Timeouts.DataTermination);
            if (reply.IsIntermediate) throw new WireException(WireFailure.OutOfStep, "the server answered the content with 3xx");
            _plan.Results[accepted[i]] = new RecipientResult(Outcome(reply), reply);
            if (reply.Code == 421) _closing = reply;
        }

        _ambiguous = false;
    }

    private void Decide(ServerReply reply, bool isLocal)
    {
        if (_accepted is not null) Decide(_accepted, reply, isLocal);
    }

    private void Decide(List<int> recipients, ServerReply reply, bool isLocal)
    {
        foreach (int recipient in recipients)
            if (_plan.Results[recipient].Outcome == RecipientOutcome.NotTried) _plan.Results[recipient] = new RecipientResult(Outcome(reply), reply, isLocal);
    }

    private static RecipientOutcome Outcome(ServerReply reply) =>
        reply.IsSuccess ? RecipientOutcome.Accepted : reply.IsPermanent ? RecipientOutcome.Permanent : RecipientOutcome.Temporary;
}
