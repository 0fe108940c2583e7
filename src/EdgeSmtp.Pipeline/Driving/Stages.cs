using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>What is known of a stage without looking at a session.</summary>
internal static class Stages
{
    public const int Count = 11;

    private static readonly string[] Labels = ["connect", "violation", "hello", "auth", "mail", "rcpt-attempt", "rcpt", "body", "message", "seal", "end"];

    /// <summary>Every stage, in order.</summary>
    public static Stage[] All { get; } = Enum.GetValues<Stage>();

    /// <summary>The stage as metric label and log field.</summary>
    public static string Label(this Stage stage) => Labels[(int)stage];

    /// <summary>Whether a filter speaks about each recipient here, by <see cref="RecipientVerdicts"/>.</summary>
    public static bool IsPerRecipient(this Stage stage) => stage is Stage.Body or Stage.Message;

    /// <summary>Whether members of a group take turns here: a seal covers what earlier seals wrote, and nothing is won by hurrying a session that has ended.</summary>
    public static bool IsSequential(this Stage stage) => stage is Stage.Seal or Stage.End;

    public static bool TakesPart(IFilter filter, Stage stage) => stage switch
    {
        Stage.Connect => filter is IConnectFilter,
        Stage.Violation => filter is IViolationFilter,
        Stage.Hello => filter is IHelloFilter,
        Stage.Auth => filter is IAuthFilter,
        Stage.Mail => filter is IMailFilter,
        Stage.RcptAttempt => filter is IRcptAttemptFilter,
        Stage.Rcpt => filter is IRcptFilter,
        Stage.Body => filter is IBodyFilter,
        Stage.Message => filter is IMessageFilter,
        Stage.Seal => filter is ISealFilter,
        _ => filter is ISessionEndFilter,
    };
}
