using EdgeSmtp.Protocol.Smtp;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>STARTTLS (RFC 3207). Whatever came in clear behind it may be somebody else's: the connection is dropped.</summary>
internal sealed partial class StartTlsVerb : ISmtpCommand
{
    private static readonly SmtpReply Injected = new(554, "5.5.1", "Nothing may follow STARTTLS before the handshake");

    public async ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        SmtpReply? refusal = Refuse(session, argument);
        if (refusal is not null)
        {
            return session.Reply(refusal);
        }

        if (!session.Channel.Buffer.IsEmpty || session.Channel.TryReadMore())
        {
            // CVE-2011-0411: bytes that were sent in clear would be taken for bytes sent under TLS.
            LogInjection(session.Listener.Logger, session.Client.Id, session.Client.Client.Address.ToString());
            return session.Close(Injected, SessionEnd.Violation);
        }

        session.Channel.Write(SmtpReplies.ReadyForTls.Wire.Span);
        await session.Channel.FlushAsync();
        await session.EndTransactionAsync();
        string certificate = session.Certificate!;
        if (!await session.Channel.UpgradeAsync(session.Listener.Tls, certificate, session.Options.TlsHandshakeTimeout))
        {
            session.End = SessionEnd.TlsFailed;
            return Next.Drop;
        }

        // RFC 3207 §4.2: everything learned before is forgotten; the client has to introduce itself again.
        session.Filters.ResetHello();
        session.State = SmtpState.Greeted;
        session.Metrics.SessionsTls.Add();
        return Next.Command;
    }

    private static SmtpReply? Refuse(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (!argument.IsEmpty)
        {
            return SmtpReplies.NoArgumentsAllowed;
        }

        if (session.Client.IsTls)
        {
            return SmtpReplies.AlreadyTls;
        }

        string? certificate = session.Certificate;
        if (certificate is null)
        {
            return SmtpReplies.NotImplemented;
        }

        return session.Listener.Tls.CanUpgrade(certificate) ? null : SmtpReplies.TlsNotAvailable;
    }

    [LoggerMessage(EventId = 204, Level = LogLevel.Warning, Message = "Session {Session}: {Client} sent bytes in clear behind STARTTLS.")]
    private static partial void LogInjection(ILogger logger, string session, string client);
}
