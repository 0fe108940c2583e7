using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>HELO and EHLO (RFC 5321 §4.1.1.1). Given again, they reset as RSET does (§4.1.4).</summary>
internal sealed class HelloCommand(HelloKind kind) : ISmtpCommand
{
    public async ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        CommandError error = HelloArgument.TryParse(argument.Span, out HelloArgument hello);
        if (error != CommandError.None)
        {
            return session.Reply(CommandErrors.ReplyFor(error));
        }

        await session.EndTransactionAsync();
        bool knewPipelining = session.Client.HelloKind == HelloKind.Ehlo;
        session.Client.Introduce(kind, hello);
        bool isReported = !session.Channel.Buffer.IsEmpty;
        Verdict verdict = await session.Channel.Watch.WhileAsync(session.Filters.HelloAsync());
        if (verdict.Kind < VerdictKind.Defer && !knewPipelining && !isReported && await PipelinesAsync(session) is { } pipelined)
        {
            verdict = pipelined;
        }

        if (verdict.Kind >= VerdictKind.Defer)
        {
            session.Events.SessionRefused(verdict.Reason!.Code, "hello", verdict, session.Filters.DecidedBy);
            session.Client.Introduce(HelloKind.None, default);
            session.State = SmtpState.Greeted;
            return session.Reply(verdict, session.Client.Id);
        }

        if (session.State != SmtpState.HealthCheck)
        {
            session.State = SmtpState.Ready;
        }

        HelloReplies replies = session.Listener.Hellos;
        string hostname = session.Snapshot.Hostname;
        return session.Reply(kind == HelloKind.Helo ? replies.Helo(hostname) : replies.Ehlo(hostname, OffersTls(session), session.OffersDsn, session.MessageSizeMax));
    }

    /// <summary>RFC 2920 §3.1: what came while filters looked at the name was sent before the reply could offer anything.</summary>
    private static async ValueTask<Verdict?> PipelinesAsync(SmtpSession session)
    {
        if (session.Channel.Buffer.IsEmpty && !session.Channel.TryReadMore())
        {
            return null;
        }

        Verdict verdict = await Violations.ReportAsync(session, ProtocolViolation.PipelinedBeforeHello);
        return verdict.Kind >= VerdictKind.Defer ? verdict : null;
    }

    /// <summary>RFC 3207 §4.2: not within TLS. Nor to a health check, or while the certificate cannot be used.</summary>
    private static bool OffersTls(SmtpSession session) =>
        !session.Client.IsTls && session.State != SmtpState.HealthCheck && session.Listener.Tls.CanUpgrade(session.Certificate);
}
