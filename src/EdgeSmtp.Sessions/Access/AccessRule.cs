namespace EdgeSmtp.Sessions.Access;

/// <summary>One rule, ready to be followed.</summary>
/// <param name="Place">Where it stands: <c>file:line</c>, or the file when that is compiled.</param>
/// <param name="Text">What it says.</param>
/// <param name="Settings">What that means here.</param>
public sealed record AccessRule(string Place, RuleText Text, AccessSettings Settings);
