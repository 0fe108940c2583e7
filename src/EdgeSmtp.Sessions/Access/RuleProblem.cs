namespace EdgeSmtp.Sessions.Access;

/// <summary>What is wrong with a line of rules, or good to know about it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What, in one sentence part.</param>
/// <param name="IsWarning">Whether the rules can be used nevertheless.</param>
public sealed record RuleProblem(int Line, string Message, bool IsWarning = false);
