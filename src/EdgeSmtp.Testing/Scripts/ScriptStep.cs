namespace EdgeSmtp.Testing.Scripts;

/// <summary>One line of a script.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Text">What is sent or matched.</param>
public sealed record ScriptStep(int Line, ScriptStepKind Kind, string Text);
