using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Smtp.Commands;

/// <summary>A verb that does nothing but answer: NOOP, HELP, VRFY, and what we know and do not offer.</summary>
internal sealed class FixedReplyCommand(SmtpReply reply) : ISmtpCommand
{
    public ValueTask<Next> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) => new(session.Reply(reply));
}
