using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Protocol.Smtp;

/// <summary>The one table from parse error to reply.</summary>
public static class CommandErrors
{
    private static readonly SmtpReply[] Table = Build();

    /// <summary>The reply to a command that failed to parse.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="error"/> is <see cref="CommandError.None"/> or no member of the enumeration: a bug of the caller.</exception>
    public static SmtpReply ReplyFor(CommandError error)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)error, (int)CommandError.None);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)error, Table.Length);
        return Table[(int)error];
    }

    /// <summary>The error of MAIL for a path that did not parse.</summary>
    public static CommandError ForReversePath(PathError error) => error switch
    {
        PathError.None => CommandError.None,
        PathError.Utf8NotAllowed => CommandError.Utf8NotAllowed,
        PathError.LocalPartTooLong or PathError.DomainTooLong or PathError.PathTooLong => CommandError.ReversePathTooLong,
        _ => CommandError.BadReversePath,
    };

    /// <summary>The error of RCPT for a path that did not parse.</summary>
    public static CommandError ForForwardPath(PathError error) => error switch
    {
        PathError.None => CommandError.None,
        PathError.Utf8NotAllowed => CommandError.Utf8NotAllowed,
        PathError.LocalPartTooLong or PathError.DomainTooLong or PathError.PathTooLong => CommandError.ForwardPathTooLong,
        _ => CommandError.BadForwardPath,
    };

    private static SmtpReply[] Build()
    {
        SmtpReply[] table = new SmtpReply[(int)CommandError.BadHello + 1];
        table[(int)CommandError.None] = SmtpReplies.Ok;
        table[(int)CommandError.Syntax] = SmtpReplies.SyntaxErrorInArguments;
        table[(int)CommandError.BadReversePath] = SmtpReplies.BadReversePath;
        table[(int)CommandError.BadForwardPath] = SmtpReplies.BadForwardPath;
        table[(int)CommandError.ReversePathTooLong] = SmtpReplies.ReversePathTooLong;
        table[(int)CommandError.ForwardPathTooLong] = SmtpReplies.ForwardPathTooLong;
        table[(int)CommandError.Utf8NotAllowed] = SmtpReplies.Utf8PathNotAllowed;
        table[(int)CommandError.UnknownParameter] = SmtpReplies.UnknownParameter;
        table[(int)CommandError.BadParameter] = SmtpReplies.BadParameter;
        table[(int)CommandError.RepeatedParameter] = SmtpReplies.RepeatedParameter;
        table[(int)CommandError.BadHello] = SmtpReplies.BadHello;
        return table;
    }
}
