using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Reads commands and runs them, one after the other. Replies are sent when the input is used up, so that a pipelined group gets its replies in one packet (RFC 2920 §3.2).</summary>
internal sealed class CommandLoop(SmtpSession session)
{
    /// <summary>Replies that wait for the end of a pipelined group; more are sent before it.</summary>
    private const int UnflushedBytesMax = 16 * 1024;

    private readonly LineReader _lines = new(session.Channel, session.Options.CommandLineMax);

    /// <summary>Runs until the session is to be closed.</summary>
    public async ValueTask<Next> RunAsync()
    {
        Next next = Next.Command;
        while (next == Next.Command)
        {
            LineStatus status = _lines.TryRead(out ReadOnlyMemory<byte> line);
            next = status switch
            {
                LineStatus.Incomplete => await ReadMoreAsync(),
                LineStatus.Complete => await RunAsync(line),
                LineStatus.TooLong => session.Reply(SmtpReplies.LineTooLong),
                _ => await RefuseBareLfAsync(),
            };
            if (next == Next.Command && session.ErrorsSinceMessage > session.Options.ErrorsMax)
            {
                return session.Close(SmtpReplies.TooManyErrors, SessionEnd.TooManyErrors);
            }

            if (session.Channel.UnflushedBytes > UnflushedBytesMax)
            {
                await session.Channel.FlushAsync();
            }
        }

        return next;
    }

    private ValueTask<Next> ReadMoreAsync()
    {
        ValueTask flush = session.Channel.FlushAsync();
        // The loop's own state is enough for the usual case; only a client that does not read costs another.
        return flush.IsCompletedSuccessfully ? WaitAsync() : FlushAndWaitAsync(flush);
    }

    private async ValueTask<Next> FlushAndWaitAsync(ValueTask flush)
    {
        await flush;
        return await WaitAsync();
    }

    private async ValueTask<Next> WaitAsync()
    {
        if (session.Services.Drain.IsDraining && session.IsIdle)
        {
            return session.Close(SmtpReplies.ShuttingDown, SessionEnd.Drain);
        }

        TimeSpan timeout = session.State == SmtpState.Bdat ? session.ChunkClock.LeftForCommand(session.Content.Bytes) : session.Options.CommandTimeout;
        ReadOutcome outcome = await session.Channel.ReadAsync(timeout);
        return outcome is ReadOutcome.Data or ReadOutcome.Woken ? Next.Command : session.CloseFor(outcome);
    }

    private ValueTask<Next> RunAsync(ReadOnlyMemory<byte> line)
    {
        SmtpCommand command = SmtpCommandParser.Parse(line.Span);
        SmtpVerb verb = command.Verb;
        session.Counts.Commands++;
        session.Metrics.Command(verb).Add();
        if (++session.CommandsSinceMessage > session.Options.CommandsMax)
        {
            return new(session.Close(SmtpReplies.TooManyCommands, SessionEnd.TooManyCommands));
        }

        ReadOnlyMemory<byte> argument = line.Span.Overlaps(command.Argument, out int offset) ? line.Slice(offset, command.Argument.Length) : default;
        if (ViolationOf(verb, line.Span) is { } violation)
        {
            return ReportAsync(violation, verb, argument);
        }

        return RunAsync(verb, argument);
    }

    private ValueTask<Next> RunAsync(SmtpVerb verb, ReadOnlyMemory<byte> argument)
    {
        // BDAT has to take its octets from the stream before any reply, so it looks at the table itself.
        if (verb != SmtpVerb.Bdat && StateTable.Refuse(session.State, verb) is { } outOfSequence)
        {
            return new(session.Reply(outOfSequence));
        }

        return CommandTable.For(verb).RunAsync(session, argument);
    }

    private ProtocolViolation? ViolationOf(SmtpVerb verb, ReadOnlySpan<byte> line)
    {
        if (verb == SmtpVerb.NonSmtp)
        {
            return ProtocolViolation.NonSmtpCommand;
        }

        if (verb == SmtpVerb.Malformed && line.Contains((byte)'\r'))
        {
            return ProtocolViolation.BareCr;
        }

        // RFC 2920 §3.1: a client may pipeline only after EHLO offered it.
        return session.Client.HelloKind != HelloKind.Ehlo && !session.Channel.Buffer.IsEmpty ? ProtocolViolation.PipelinedBeforeHello : null;
    }

    private async ValueTask<Next> ReportAsync(ProtocolViolation violation, SmtpVerb verb, ReadOnlyMemory<byte> argument)
    {
        Verdict verdict = await Violations.ReportAsync(session, violation);
        if (verdict.Kind >= VerdictKind.Defer)
        {
            // An HTTP request has lines that look like anything its author wants: nothing of it is read on (ALPACA, CVE-2021-3618).
            return Refuse(verdict, isLast: verb == SmtpVerb.NonSmtp);
        }

        return verb == SmtpVerb.NonSmtp ? session.Close(SmtpReplies.NotSmtp, SessionEnd.Violation) : await RunAsync(verb, argument);
    }

    private Next Refuse(Verdict verdict, bool isLast)
    {
        session.Events.SessionRefused(verdict.Reason!.Code, "violation", verdict, session.Filters.DecidedBy);
        Next next = session.Reply(verdict, session.Client.Id);
        if (isLast && next == Next.Command)
        {
            session.End = SessionEnd.Violation;
            return Next.Close;
        }

        return next;
    }

    private async ValueTask<Next> RefuseBareLfAsync()
    {
        Verdict verdict = await Violations.ReportAsync(session, ProtocolViolation.BareLf);

        // Whoever ends lines in LF and whoever is in front of us may disagree on where the next command begins, so there is none.
        return verdict.Kind >= VerdictKind.Defer ? Refuse(verdict, isLast: true) : session.Close(SmtpReplies.MalformedLine, SessionEnd.Violation);
    }
}
