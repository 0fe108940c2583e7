using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>
/// From the connection to the greeting: connect filters, the delay they ask for, and the watch for clients that speak first (RFC 5321 §3.1). The delay costs a timer;
/// look-ups that connect filters started run on behind it.
/// </summary>
internal sealed class Greeter(SmtpSession session)
{
    /// <summary>Greets, or refuses to.</summary>
    public async ValueTask<Next> RunAsync()
    {
        if (session.State == SmtpState.HealthCheck)
        {
            return Greet();
        }

        Verdict verdict = await session.Channel.Watch.WhileAsync(session.Filters.ConnectAsync());
        if (verdict.Kind >= VerdictKind.Defer)
        {
            return Refuse(verdict);
        }

        TimeSpan hold = session.Client.GreetingHold - session.Events.Elapsed;
        if (hold > TimeSpan.Zero)
        {
            // What came while filters worked was seen by the watch, and the wait below looks for what comes from now on.
            return !session.Channel.Buffer.IsEmpty && await ReportEarlyTalkAsync() is { } refused ? refused : await HoldAsync(hold);
        }

        return !session.Channel.Buffer.IsEmpty || session.Channel.TryReadMore() ? await ReportEarlyTalkAsync() ?? Greet() : Greet();
    }

    private Next Greet()
    {
        session.Client.MarkGreeted();
        return session.Reply(session.Listener.Hellos.Greeting(session.Snapshot.Hostname));
    }

    private async ValueTask<Next> HoldAsync(TimeSpan hold)
    {
        TimeProvider time = session.Services.Time;
        long began = time.GetTimestamp();
        session.Metrics.SessionsHeld.Add(1);
        await using ITimer timer = time.CreateTimer(
            static channel => ((SessionChannel)channel!).Wake(), session.Channel, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            // Timers run on a coarser clock than timestamps and may fire a little early, so each round arms the timer for what is left.
            for (TimeSpan left = hold; left > TimeSpan.Zero; left = hold - time.GetElapsedTime(began))
            {
                timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                if (session.Services.Drain.IsDraining)
                {
                    return session.Close(SmtpReplies.ShuttingDown, SessionEnd.Drain);
                }

                if (session.Channel.Buffer.Length >= HeldReply.ReadAheadBytesMax)
                {
                    // Whoever sends that much before the greeting is not read from until it is over.
                    await Task.Delay(left < HeldReply.Glance ? left : HeldReply.Glance, time, CancellationToken.None);
                    continue;
                }

                ReadOutcome outcome = await session.Channel.ReadAsync(hold + session.Options.CommandTimeout);
                if (outcome == ReadOutcome.Data && await ReportEarlyTalkAsync() is { } refused)
                {
                    return refused;
                }

                if (outcome is not (ReadOutcome.Data or ReadOutcome.Woken))
                {
                    return session.CloseFor(outcome);
                }
            }
        }
        finally
        {
            session.Metrics.SessionsHeld.Add(-1);
        }

        return Greet();
    }

    private async ValueTask<Next?> ReportEarlyTalkAsync()
    {
        Verdict verdict = await Violations.ReportAsync(session, ProtocolViolation.EarlyTalk);
        return verdict.Kind >= VerdictKind.Defer ? Refuse(verdict) : null;
    }

    private Next Refuse(Verdict verdict)
    {
        session.Client.MarkGreeted();
        FilterReason reason = verdict.Reason!;
        // RFC 5321 §3.1 and §3.8: a greeting is 220, 554 or 421.
        ushort code = reason.Code >= 500 ? (ushort)554 : (ushort)421;
        session.Events.SessionRefused(code, "connect", verdict, session.Filters.DecidedBy);
        RefusalReply.Write(session.Channel, code, reason.EnhancedCode, ReplyText.Of(reason), session.ValuesFor(session.Client.Id, null));
        session.Metrics.Replied(code);
        session.End = session.EndOf(SessionEnd.Filter);
        if (verdict.Kind != VerdictKind.Reject)
        {
            return Next.Close;
        }

        session.State = SmtpState.Refused;
        return Next.Command;
    }
}
