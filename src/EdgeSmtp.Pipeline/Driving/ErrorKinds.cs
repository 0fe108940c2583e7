namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Labels of <see cref="ErrorKind"/>.</summary>
internal static class ErrorKinds
{
    public const int Count = 6;

    private static readonly string[] Labels = ["exception", "timeout", "stuck", "discard", "undeclared", "dispose"];

    public static string Label(this ErrorKind kind) => Labels[(int)kind];

    public static ErrorKind Of(CallOutcome outcome) => outcome switch
    {
        CallOutcome.TimedOut => ErrorKind.Timeout,
        CallOutcome.Stuck => ErrorKind.Stuck,
        _ => ErrorKind.Exception,
    };
}
