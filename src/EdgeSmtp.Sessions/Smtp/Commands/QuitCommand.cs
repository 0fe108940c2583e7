using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>QUIT (RFC 5321 §4.1.1.10).</summary>
internal sealed class QuitCommand : ISmtpCommand
{
    public ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) =>
        new(argument.IsEmpty ? session.Close(SmtpReplies.Closing, SessionEnd.Quit) : session.Reply(SmtpReplies.NoArgumentsAllowed));
}
