namespace EdgeSmtp.Sessions.Access;

/// <summary>One rule of a text file.</summary>
/// <param name="Number">Its line, from 1.</param>
/// <param name="Address">The address as written.</param>
/// <param name="Keys">Its keys.</param>
/// <param name="Text">What it says.</param>
public sealed record RuleLine(int Number, string Address, IReadOnlyList<byte[]> Keys, RuleText Text);
