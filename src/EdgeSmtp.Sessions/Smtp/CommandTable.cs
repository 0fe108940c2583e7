using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Smtp.Commands;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Which command serves which verb.</summary>
internal static class CommandTable
{
    private static readonly ISmtpCommand[] Commands = Build();

    /// <summary>The command of a verb.</summary>
    public static ISmtpCommand For(SmtpVerb verb) => Commands[(int)verb];

    private static ISmtpCommand[] Build()
    {
        ISmtpCommand[] commands = new ISmtpCommand[(int)SmtpVerb.XClient + 1];
        // What is known and not offered: LHLO, AUTH, ETRN, TURN, XCLIENT; EXPN, which RFC 5321 §7.3 lets us refuse to all alike.
        Array.Fill(commands, new FixedReplyCommand(SmtpReplies.NotImplemented));
        commands[(int)SmtpVerb.Unknown] = new FixedReplyCommand(SmtpReplies.UnknownCommand);
        commands[(int)SmtpVerb.Malformed] = new FixedReplyCommand(SmtpReplies.MalformedLine);
        commands[(int)SmtpVerb.Helo] = new HelloCommand(HelloKind.Helo);
        commands[(int)SmtpVerb.Ehlo] = new HelloCommand(HelloKind.Ehlo);
        commands[(int)SmtpVerb.Mail] = new MailVerb();
        commands[(int)SmtpVerb.Rcpt] = new RcptVerb();
        commands[(int)SmtpVerb.Data] = new DataVerb();
        commands[(int)SmtpVerb.Bdat] = new BdatVerb();
        commands[(int)SmtpVerb.Rset] = new ResetCommand();
        commands[(int)SmtpVerb.Vrfy] = new FixedReplyCommand(SmtpReplies.CannotVerify);
        commands[(int)SmtpVerb.Help] = new FixedReplyCommand(SmtpReplies.Help);
        commands[(int)SmtpVerb.Noop] = new FixedReplyCommand(SmtpReplies.Ok);
        commands[(int)SmtpVerb.Quit] = new QuitCommand();
        commands[(int)SmtpVerb.StartTls] = new StartTlsVerb();
        return commands;
    }
}
