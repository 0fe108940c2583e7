using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>RSET (RFC 5321 §4.1.1.5). Forgets the transaction; what the client sent behind it stays (RFC 2920 §3.1).</summary>
internal sealed class ResetCommand : ISmtpCommand
{
    public ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (!argument.IsEmpty)
        {
            return new(session.Reply(SmtpReplies.NoArgumentsAllowed));
        }

        ValueTask ended = session.EndTransactionAsync();
        return ended.IsCompletedSuccessfully ? new(session.Reply(SmtpReplies.ResetOk)) : AwaitAsync(session, ended);
    }

    private static async ValueTask<Next> AwaitAsync(SmtpSession session, ValueTask ended)
    {
        await ended;
        return session.Reply(SmtpReplies.ResetOk);
    }
}
