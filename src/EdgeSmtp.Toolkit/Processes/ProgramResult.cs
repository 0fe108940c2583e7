namespace EdgeSmtp.Toolkit.Processes;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the number of the signal when one killed it; 126 or 127 when it could not be run.</param>
/// <param name="ErrorText">The beginning of what it wrote to its standard error.</param>
public sealed record ProgramResult(int ExitCode, string ErrorText);
